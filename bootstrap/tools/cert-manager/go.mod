module hearth.dev/tools/cert-manager

go 1.26.0

// Only its deploy/crds are read. Nothing of it is compiled.
require github.com/cert-manager/cert-manager v1.21.2
