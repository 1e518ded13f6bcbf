// Package tlsalpn01 declares the options of the TLS-ALPN challenge.
package tlsalpn01

import (
	"time"

	"github.com/go-acme/lego/v5/acme"
)

// ACMETLS1Protocol is the protocol's name (RFC 8737, section 6.2). Traefik keeps
// challenge certificates apart by it, so the value matters without ACME too.
const ACMETLS1Protocol = "acme-tls/1"

// ChallengeOption is an option of the challenge.
type ChallengeOption struct{}

// SetDelay stands for an option.
func SetDelay(time.Duration) ChallengeOption { return ChallengeOption{} }

// ChallengeBlocks refuses.
func ChallengeBlocks(string, string) ([]byte, []byte, error) { return nil, nil, acme.ErrBuiltWithout }
