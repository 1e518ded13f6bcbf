// Command volume makes and removes the folder of one local-path volume. The provisioner runs it in a helper pod
// in place of its shell scripts, so that the helper image holds one static binary and no shell.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	path := flag.String("p", "", "folder of the volume")
	action := flag.String("a", "", "create or delete")
	flag.String("s", "", "size in bytes, which a plain folder does not limit")
	flag.String("m", "", "volume mode")
	flag.Parse()
	if err := carryOut(*action, *path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func carryOut(action, path string) error {
	switch {
	case path == "" || path == "/":
		return fmt.Errorf("refusing to %s the volume at %q", action, path)
	case action == "create":
		if err := os.MkdirAll(path, 0o777); err != nil {
			return err
		}
		return os.Chmod(path, 0o777) // any user that a pod runs as may write, whatever the umask
	case action == "delete":
		return os.RemoveAll(path)
	}
	return fmt.Errorf("unknown action %q", action)
}
