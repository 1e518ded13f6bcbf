// Package v5 stands where Traefik expects the ACME library, in a build that
// has none: it declares what Traefik's source names, and each call that would
// speak ACME returns acme.ErrBuiltWithout. It is for test builds on machines
// that can't pull images. Hearth's certificates come from cert-manager or from
// its own CA, never from Traefik, so nothing that it uses is lost; people run
// Traefik's published image, which is built with the library.
package v5
