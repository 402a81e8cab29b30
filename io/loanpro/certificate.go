package loanpro

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
)

// certificateAdvice returns what a person can do about err if a connection to host was not
// made because of its certificate; empty: err is of another kind.
func certificateAdvice(err error, host string) string {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, otherHost := errors.AsType[x509.HostnameError](err)
	_, other := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		return "the certificate of " + host + " has expired, or is not valid yet: check the date and time of this machine; if they are right, who runs that host, or the proxy before it, must renew the certificate"
	case otherHost:
		return "check LOANPRO_BASE_URL: what answers as " + host + " has the certificate of another host; it may be a proxy or a login page of the network"
	case errors.Is(err, http.ErrSchemeMismatch):
		return "check LOANPRO_BASE_URL and its port: what answers as " + host + " does not speak HTTPS"
	case other:
		return "this machine does not trust who has issued the certificate of " + host + ": if a proxy of your company is in between, have the system trust its authority, on Linux also with SSL_CERT_FILE=/path/to/ours.pem"
	}
	return ""
}
