package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// groupVersion is where the bench serves its kind.
var groupVersion = schema.GroupVersion{Group: "bench.hearth.dev", Version: "v1"}

// Note wants a ConfigMap of its own name, with its text in it.
type Note struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              NoteSpec   `json:"spec,omitempty"`
	Status            NoteStatus `json:"status,omitempty"`
}

// NoteSpec is what a Note asks for.
type NoteSpec struct {
	Text string `json:"text,omitempty"`
}

// NoteStatus says how far it is.
type NoteStatus struct {
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

// NoteList is what a list answers.
type NoteList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Note `json:"items"`
}

// DeepCopyInto copies all that is not copied by assignment.
func (n *Note) DeepCopyInto(out *Note) {
	*out = *n
	n.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	if n.Status.Conditions != nil {
		out.Status.Conditions = make([]metav1.Condition, len(n.Status.Conditions))
		for i := range n.Status.Conditions {
			n.Status.Conditions[i].DeepCopyInto(&out.Status.Conditions[i])
		}
	}
}

// DeepCopy returns a copy that shares nothing with the original.
func (n *Note) DeepCopy() *Note {
	out := new(Note)
	n.DeepCopyInto(out)
	return out
}

// DeepCopyObject makes a Note a runtime.Object.
func (n *Note) DeepCopyObject() runtime.Object { return n.DeepCopy() }

// DeepCopyObject makes a NoteList a runtime.Object.
func (l *NoteList) DeepCopyObject() runtime.Object {
	out := new(NoteList)
	*out = *l
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	if l.Items != nil {
		out.Items = make([]Note, len(l.Items))
		for i := range l.Items {
			l.Items[i].DeepCopyInto(&out.Items[i])
		}
	}
	return out
}

func addToScheme(scheme *runtime.Scheme) {
	scheme.AddKnownTypes(groupVersion, &Note{}, &NoteList{})
	metav1.AddToGroupVersion(scheme, groupVersion)
}
