package loanpro

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// forwarder passes bytes between a client and a server. A connection dies as in
// a network: both ends stay open, and nothing arrives any more.
type forwarder struct {
	listener *memory
	to       *memory
	opened   atomic.Int64

	mu    sync.Mutex
	dead  chan struct{} // closed when the present connections die
	conns []net.Conn
}

func forward(t *testing.T, to *memory) *forwarder {
	t.Helper()
	f := &forwarder{listener: newMemory(), to: to, dead: make(chan struct{})}
	go f.accept()
	t.Cleanup(func() {
		_ = f.listener.Close()
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, conn := range f.conns {
			_ = conn.Close()
		}
	})
	return f
}

func (f *forwarder) accept() {
	for {
		near, err := f.listener.Accept()
		if err != nil {
			return
		}
		far, err := f.to.dial(context.Background(), "", "")
		if err != nil {
			_ = near.Close()
			continue
		}
		f.opened.Add(1)
		f.mu.Lock()
		f.conns = append(f.conns, near, far)
		dead := f.dead
		f.mu.Unlock()
		go pass(near, far, dead)
		go pass(far, near, dead)
	}
}

// pass copies from one connection to the other. Once they are dead, it takes
// bytes as a network does, and delivers none.
func pass(to, from net.Conn, dead chan struct{}) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		select {
		case <-dead:
			if err != nil {
				return
			}
			continue
		default:
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			_ = to.Close()
			return
		}
	}
}

// die kills the present connections; later ones are alive.
func (f *forwarder) die() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.dead)
	f.dead = make(chan struct{})
}

// overTLS serves handler over TLS in memory. It returns the listener to dial,
// and settings that trust the server.
func overTLS(t *testing.T, handler http.Handler, http2 bool) (*memory, *tls.Config) {
	t.Helper()
	network := newMemory()
	server := &httptest.Server{Listener: network, Config: &http.Server{Handler: handler}, EnableHTTP2: http2}
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate()) // it is one of example.com
	return network, &tls.Config{RootCAs: roots}
}

// throughTLS returns a client that reaches the server by dialing network.
func throughTLS(t *testing.T, config Config, network *memory, trust *tls.Config) *Client {
	t.Helper()
	c := newClient(t, config)
	transport := c.http.Transport.(*http.Transport)
	transport.DialContext, transport.TLSClientConfig = network.dial, trust
	return c
}

// behind returns a client of a tenant over TLS behind a forwarder, and the
// number of requests by version of HTTP.
func behind(t *testing.T, config func(*Config), http2 bool) (*Client, *forwarder, *sync.Map) {
	t.Helper()
	var versions sync.Map
	network, trust := overTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count, _ := versions.LoadOrStore(r.ProtoMajor, new(atomic.Int64))
		count.(*atomic.Int64).Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		foundLoan(w, r)
	}), http2)
	f := forward(t, network)
	settings := testConfig("https://example.com" + basePath)
	settings.Timeout, settings.Patience = time.Second, 20*time.Second
	config(&settings)
	return throughTLS(t, settings, f.listener, trust), f, &versions
}

func oneWorker(c *Config) { c.Workers = 1 }

// A connection that dies silently, as in a network that forgets it, costs about
// one timeout: then there is a new one. That holds for each death, and for any
// number of connections.
func TestADeadConnectionIsReplaced(t *testing.T) {
	for _, test := range []struct {
		version int
		config  func(*Config)
	}{{1, oneWorker}, {2, oneWorker}, {1, func(*Config) {}}, {2, func(*Config) {}}} {
		t.Run(fmt.Sprint("HTTP/", test.version), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, f, versions := behind(t, test.config, test.version == 2)
				if _, err := ask(t, c); err != nil {
					t.Fatal(err)
				}
				for range 3 {
					wantReplaced(t, c, f)
				}
				if _, ok := versions.Load(test.version); !ok {
					t.Errorf("nothing arrived over HTTP/%d", test.version)
				}
				if _, ok := versions.Load(3 - test.version); ok {
					t.Errorf("something arrived over HTTP/%d", 3-test.version)
				}
			})
		})
	}
}

func wantReplaced(t *testing.T, c *Client, f *forwarder) {
	t.Helper()
	before := f.opened.Load()
	f.die()
	begin := time.Now()
	if _, err := ask(t, c); err != nil {
		t.Fatal(err)
	}
	// Until the timeout, and one wait before the retry.
	if took := time.Since(begin); took > c.config.Timeout+2*firstBackoff {
		t.Errorf("it took %s", took)
	}
	if f.opened.Load() == before {
		t.Error("no new connection was opened")
	}
}

// Over HTTP/2 a dead connection is noticed while a request waits on it: within
// the request's timeout, and not by it.
func TestADeadConnectionIsNoticedByPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, f, _ := behind(t, func(c *Config) { c.Timeout = 4 * time.Second }, true)
		if _, err := ask(t, c); err != nil {
			t.Fatal(err)
		}
		f.die()
		begin := time.Now()
		_, err := c.send(t.Context(), probing(false))
		if took := time.Since(begin); took < c.config.Timeout/4 || took > c.config.Timeout*7/8 {
			t.Errorf("noticed after %s: %v", took, err)
		}
	})
}

// Settings that take minutes to show an effect are checked directly.
func TestTransport(t *testing.T) {
	t.Parallel()
	config := testConfig(DefaultBaseURL)
	config.Timeout = time.Minute
	transport := newHTTP(config).Transport.(*http.Transport)
	pings := transport.HTTP2
	if transport.IdleConnTimeout != 30*time.Second || !transport.ForceAttemptHTTP2 || pings.SendPingTimeout+pings.PingTimeout >= config.Timeout {
		t.Errorf("idle %s, HTTP/2 %t, pings %+v", transport.IdleConnTimeout, transport.ForceAttemptHTTP2, pings)
	}
}

// A slow answer is not a dead connection: the server answers pings.
func TestASlowAnswerIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, trust := overTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(25 * time.Second):
				foundLoan(w, r)
			case <-r.Context().Done():
			}
		}), true)
		c := throughTLS(t, testConfig("https://example.com"+basePath), network, trust)
		if _, err := ask(t, c); err != nil || c.Stats().Retries != 0 {
			t.Errorf("%v after %d retries", err, c.Stats().Retries)
		}
	})
}
