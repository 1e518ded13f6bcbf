module hearth.dev/tools/prometheus-operator

go 1.26.0

// Only its CustomResourceDefinitions are read. Nothing of it is compiled.
require github.com/prometheus-operator/prometheus-operator v0.89.0
