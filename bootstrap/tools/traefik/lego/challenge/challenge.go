// Package challenge declares what answers a challenge.
package challenge

import (
	"context"
	"time"
)

// Provider answers a challenge.
type Provider interface {
	Present(ctx context.Context, domain, token, keyAuth string) error
	CleanUp(ctx context.Context, domain, token, keyAuth string) error
}

// ProviderTimeout is a Provider that says how long its answer takes to be seen.
type ProviderTimeout interface {
	Provider
	Timeout() (timeout, interval time.Duration)
}
