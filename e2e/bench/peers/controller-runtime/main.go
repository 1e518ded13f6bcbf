// Command controller-runtime does with sigs.k8s.io/controller-runtime what the bench has Hearth's runtime do: for
// each Note it applies one ConfigMap, then patches the Note's status where it differs. It has no client-side rate
// limit and logs errors only.
//
// By itself it is written as a controller is scaffolded: every event makes a pass, every pass applies. With
// --sparing it makes no pass for its own status writes and no request for what its cache shows to be in order.
//
// It prints "synced" when its caches are filled, and "passed" when as many different Notes as --objects says have
// been reconciled.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

const (
	owner   = "bench"
	workers = 16
)

func main() {
	objects := flag.Int("objects", 0, "how many different Notes to reconcile before saying so")
	sparing := flag.Bool("sparing", false, "look into the cache before applying, ignore events of the status")
	flag.Parse() // --kubeconfig is controller-runtime's own flag
	if err := run(*objects, *sparing); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(objects int, sparing bool) error {
	handler := slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})
	log.SetLogger(logr.FromSlogHandler(handler))
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return err
	}
	addToScheme(scheme)
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS = -1
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:  scheme,
		Metrics: server.Options{BindAddress: "0"},
	})
	if err != nil {
		return err
	}
	var filters []predicate.Predicate
	if sparing {
		filters = append(filters, predicate.GenerationChangedPredicate{})
	}
	reconciler := &noteReconciler{Client: manager.GetClient(), sparing: sparing, passed: createTally(objects)}
	err = ctrl.NewControllerManagedBy(manager).
		For(&Note{}, builder.WithPredicates(filters...)).
		Owns(&corev1.ConfigMap{}).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers}).
		Complete(reconciler)
	if err != nil {
		return err
	}
	ctx := ctrl.SetupSignalHandler()
	go func() {
		if manager.GetCache().WaitForCacheSync(ctx) {
			fmt.Println("synced")
		}
	}()
	return manager.Start(ctx)
}

type noteReconciler struct {
	client.Client
	sparing bool
	passed  func(types.NamespacedName)
}

// Reconcile keeps the ConfigMap of a Note, and says so in its status.
func (r *noteReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var note Note
	if err := r.Get(ctx, request.NamespacedName, &note); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.apply(ctx, &note); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.report(ctx, &note); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	r.passed(request.NamespacedName)
	return ctrl.Result{}, nil
}

func (r *noteReconciler) apply(ctx context.Context, note *Note) error {
	if r.sparing {
		var live corev1.ConfigMap
		err := r.Get(ctx, client.ObjectKeyFromObject(note), &live)
		if client.IgnoreNotFound(err) != nil || inOrder(&live, note) {
			return client.IgnoreNotFound(err)
		}
	}
	return r.Apply(ctx, wanted(note), client.FieldOwner(owner), client.ForceOwnership)
}

func inOrder(live *corev1.ConfigMap, note *Note) bool {
	return live.Data["text"] == note.Spec.Text && metav1.IsControlledBy(live, note)
}

func wanted(note *Note) *applycorev1.ConfigMapApplyConfiguration {
	reference := applymetav1.OwnerReference().
		WithAPIVersion(groupVersion.String()).
		WithKind("Note").
		WithName(note.Name).
		WithUID(note.UID).
		WithController(true).
		WithBlockOwnerDeletion(true)
	return applycorev1.ConfigMap(note.Name, note.Namespace).
		WithOwnerReferences(reference).
		WithData(map[string]string{"text": note.Spec.Text})
}

func (r *noteReconciler) report(ctx context.Context, note *Note) error {
	before := note.DeepCopy()
	note.Status.ObservedGeneration = note.Generation
	meta.SetStatusCondition(&note.Status.Conditions, metav1.Condition{
		Type:               "Ready",
		Status:             metav1.ConditionTrue,
		Reason:             "Reconciled",
		ObservedGeneration: note.Generation,
	})
	if equality.Semantic.DeepEqual(before.Status, note.Status) {
		return nil
	}
	return r.Status().Patch(ctx, note, client.MergeFrom(before), client.FieldOwner(owner))
}

// createTally prints "passed" once, when it has been called with that many different names.
func createTally(objects int) func(types.NamespacedName) {
	var lock sync.Mutex
	seen := make(map[types.NamespacedName]struct{}, objects)
	return func(name types.NamespacedName) {
		lock.Lock()
		defer lock.Unlock()
		if seen == nil {
			return
		}
		seen[name] = struct{}{}
		if len(seen) >= objects {
			fmt.Println("passed")
			seen = nil
		}
	}
}
