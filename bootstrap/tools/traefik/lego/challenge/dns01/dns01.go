// Package dns01 declares the options of the DNS challenge.
package dns01

import (
	"strings"
	"time"
)

// Options of a Client.
type Options struct{ RecursiveNameservers []string }

// Client would look up names.
type Client struct{}

// NewClient returns a client that looks up nothing.
func NewClient(*Options) *Client { return &Client{} }

// SetDefaultClient does nothing.
func SetDefaultClient(*Client) {}

// ChallengeOption is an option of the challenge.
type ChallengeOption struct{}

// CondOptions stands for options taken on a condition.
func CondOptions(bool, ...ChallengeOption) ChallengeOption { return ChallengeOption{} }

// DisableAuthoritativeNssPropagationRequirement stands for an option.
func DisableAuthoritativeNssPropagationRequirement() ChallengeOption { return ChallengeOption{} }

// DisableRecursiveNSsPropagationRequirement stands for an option.
func DisableRecursiveNSsPropagationRequirement() ChallengeOption { return ChallengeOption{} }

// PropagationWait stands for an option.
func PropagationWait(time.Duration, bool) ChallengeOption { return ChallengeOption{} }

// UnFqdn takes the trailing dot off a name. Traefik calls it outside of ACME too.
func UnFqdn(name string) string { return strings.TrimSuffix(name, ".") }
