// Package lego declares the ACME client, which can't be made.
package lego

import (
	"crypto"
	"crypto/x509"
	"net/http"

	"github.com/go-acme/lego/v5/acme"
	"github.com/go-acme/lego/v5/certificate"
	"github.com/go-acme/lego/v5/challenge"
	"github.com/go-acme/lego/v5/challenge/dns01"
	"github.com/go-acme/lego/v5/challenge/http01"
	"github.com/go-acme/lego/v5/challenge/tlsalpn01"
	"github.com/go-acme/lego/v5/registration"
)

// DirectoryURLLetsEncrypt is the default of Traefik's caServer.
const DirectoryURLLetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

// User is the account that a client acts for.
type User interface {
	GetEmail() string
	GetRegistration() *acme.ExtendedAccount
	GetPrivateKey() crypto.Signer
}

// Config of a Client.
type Config struct {
	CADirURL    string
	UserAgent   string
	Certificate certificate.Options
	HTTPClient  *http.Client
}

// NewConfig returns an empty configuration.
func NewConfig(User) *Config { return &Config{} }

// Client is an ACME client.
type Client struct {
	Certificate  *certificate.Certifier
	Challenge    *Solvers
	Registration *registration.Registrar
}

// NewClient refuses: a resolver that is configured says so in Traefik's log.
func NewClient(*Config) (*Client, error) { return nil, acme.ErrBuiltWithout }

// CreateCertPool refuses.
func CreateCertPool([]string, bool) (*x509.CertPool, error) { return nil, acme.ErrBuiltWithout }

// Solvers refuses every provider.
type Solvers struct{}

// SetDNS01Provider refuses.
func (*Solvers) SetDNS01Provider(challenge.Provider, ...dns01.ChallengeOption) error {
	return acme.ErrBuiltWithout
}

// SetHTTP01Provider refuses.
func (*Solvers) SetHTTP01Provider(challenge.Provider, ...http01.ChallengeOption) error {
	return acme.ErrBuiltWithout
}

// SetTLSALPN01Provider refuses.
func (*Solvers) SetTLSALPN01Provider(challenge.Provider, ...tlsalpn01.ChallengeOption) error {
	return acme.ErrBuiltWithout
}
