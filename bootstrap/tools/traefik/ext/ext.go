// Package ext holds the fields that a derived product may add to Traefik's
// dynamic configuration. Traefik names it by a replace directive with a folder
// of its own, which a module archive leaves out; Traefik itself adds no field.
package ext

// HTTP is embedded in the HTTP configuration.
type HTTP struct{}

// DeepCopyInto is what Traefik's generated code calls.
func (in *HTTP) DeepCopyInto(out *HTTP) { *out = *in }

// Router is embedded in each HTTP router.
type Router struct{}

// DeepCopyInto is what Traefik's generated code calls.
func (in *Router) DeepCopyInto(out *Router) { *out = *in }
