// Package http01 declares the options of the HTTP challenge.
package http01

import "time"

// PathPrefix is where a challenge is answered (RFC 8555, section 8.3).
const PathPrefix = "/.well-known/acme-challenge/"

// ChallengeOption is an option of the challenge.
type ChallengeOption struct{}

// SetDelay stands for an option.
func SetDelay(time.Duration) ChallengeOption { return ChallengeOption{} }
