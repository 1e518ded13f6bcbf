// Package acme declares the account types that Traefik stores.
package acme

import "errors"

// ErrBuiltWithout is the answer to everything that would speak ACME.
var ErrBuiltWithout = errors.New("built without ACME: this Traefik is a test build")

// Account is an ACME account.
type Account struct{}

// ExtendedAccount is an account with its address.
type ExtendedAccount struct {
	Account
	Location string
}
