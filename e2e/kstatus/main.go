// Reads objects as `kubectl get -o json` prints them, and prints what kstatus makes of each: its kind, its
// name, and Current, InProgress, Failed, Terminating or Unknown. It is the judge that Flux and kpt use.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

func main() {
	var list unstructured.UnstructuredList
	if err := json.NewDecoder(os.Stdin).Decode(&list); err != nil {
		fail(err)
	}
	for i := range list.Items {
		object := &list.Items[i]
		result, err := status.Compute(object)
		if err != nil {
			fail(err)
		}
		fmt.Println(object.GetKind(), object.GetName(), result.Status)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
