package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveCertificate serves a host with a certificate that is not accepted, for the reason
// that is named, until the script ends.
func serveCertificate(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: certificate expired|unknown|other|none")
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs each refusal
	ts.Defer(server.Close)
	if args[0] == "none" {
		server.Start()
		ts.Setenv("LOANPRO_BASE_URL", "https://"+server.Listener.Addr().String()+"/api/public/api/1")
		return
	}
	pair, own := newCertificate(ts, args[0])
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.StartTLS()
	ts.Setenv("LOANPRO_BASE_URL", server.URL+"/api/public/api/1")
	trusted := ts.MkAbs("trusted.pem")
	if args[0] == "unknown" {
		own = nil
	}
	ts.Check(os.WriteFile(trusted, own, 0o600))
	ts.Setenv("SSL_CERT_FILE", trusted)
}

// newCertificate returns a certificate that vouches for itself, and the same as a file.
func newCertificate(ts *testscript.TestScript, kind string) (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().AddDate(-2, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	switch kind {
	case "expired":
		template.NotAfter = time.Now().AddDate(-1, 0, 0)
	case "other":
		template.IPAddresses, template.DNSNames = nil, []string{"login.example"}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
