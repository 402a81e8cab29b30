package loanpro

import (
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
	"time"
)

// forwarder passes bytes on between a client and a server, until a connection is
// to die as they do in a network: it stays open on both sides, and nothing gets
// through any more.
type forwarder struct {
	listener net.Listener
	to       string
	opened   atomic.Int64
	all      sync.WaitGroup

	mu    sync.Mutex
	dead  chan struct{} // closed where the connections of now are dead
	conns []net.Conn
}

func forward(t *testing.T, to string) *forwarder {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &forwarder{listener: listener, to: to, dead: make(chan struct{})}
	f.all.Go(f.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		f.mu.Lock()
		for _, conn := range f.conns {
			_ = conn.Close()
		}
		f.mu.Unlock()
		f.all.Wait()
	})
	return f
}

func (f *forwarder) accept() {
	for {
		near, err := f.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", f.to)
		if err != nil {
			_ = near.Close()
			continue
		}
		f.opened.Add(1)
		f.mu.Lock()
		f.conns = append(f.conns, near, far)
		dead := f.dead
		f.mu.Unlock()
		f.all.Go(func() { pass(near, far, dead) })
		f.all.Go(func() { pass(far, near, dead) })
	}
}

// pass copies from one connection to the other until they are dead; then it
// reads no more, and does not say so.
func pass(to, from net.Conn, dead chan struct{}) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		select {
		case <-dead:
			return
		default:
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			_ = to.Close()
			return
		}
	}
}

// die has the connections of now pass nothing on; later ones are alive.
func (f *forwarder) die() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.dead)
	f.dead = make(chan struct{})
}

// behind returns a client of a tenant over TLS behind a forwarder, and counts the
// requests that arrive over each version of HTTP.
func behind(t *testing.T, config func(*Config), http2 bool) (*Client, *forwarder, *sync.Map) {
	t.Helper()
	var versions sync.Map
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count, _ := versions.LoadOrStore(r.ProtoMajor, new(atomic.Int64))
		count.(*atomic.Int64).Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		foundLoan(w, r)
	}))
	server.EnableHTTP2 = http2
	server.StartTLS()
	t.Cleanup(server.Close)
	f := forward(t, server.Listener.Addr().String())
	settings := testConfig("https://" + f.listener.Addr().String() + basePath)
	settings.Timeout, settings.Patience = time.Second, 20*time.Second
	config(&settings)
	c := newClient(t, settings)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
	return c, f, &versions
}

func oneWorker(c *Config) { c.Workers = 1 }

// A connection that dies without a word, as in a network that forgets it, costs
// about one timeout: then there is a fresh one. That goes on and on, and however
// few connections there may be.
func TestADeadConnectionIsReplaced(t *testing.T) {
	for _, test := range []struct {
		version int
		config  func(*Config)
	}{{1, oneWorker}, {2, oneWorker}, {1, func(*Config) {}}, {2, func(*Config) {}}} {
		t.Run(fmt.Sprint("HTTP/", test.version), func(t *testing.T) {
			t.Parallel()
			c, f, versions := behind(t, test.config, test.version == 2)
			if _, err := ask(t, c); err != nil {
				t.Fatal(err)
			}
			for deaths := range 3 {
				before := f.opened.Load()
				f.die()
				begin := time.Now()
				if _, err := ask(t, c); err != nil {
					t.Fatal(err)
				}
				// Until the timeout, one wait before the retry, and what a busy machine takes.
				if took := time.Since(begin); took > 2*c.config.Timeout+2*firstBackoff {
					t.Errorf("death %d took %s", deaths+1, took)
				}
				if f.opened.Load() == before {
					t.Errorf("no fresh connection was opened after death %d", deaths+1)
				}
			}
			if _, ok := versions.Load(test.version); !ok {
				t.Errorf("nothing arrived over HTTP/%d", test.version)
			}
			if _, ok := versions.Load(3 - test.version); ok {
				t.Errorf("something arrived over HTTP/%d", 3-test.version)
			}
		})
	}
}

// Over HTTP/2 a dead connection is noticed while a request waits on it: within
// the request's timeout, and not by it.
func TestADeadConnectionIsNoticedByPings(t *testing.T) {
	t.Parallel()
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
}

// What can only be seen after minutes is read from the settings.
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

// A slow answer is no dead connection: pings are answered meanwhile.
func TestASlowAnswerIsWaitedFor(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(1500 * time.Millisecond):
			foundLoan(w, r)
		case <-r.Context().Done():
		}
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	config := testConfig(server.URL + basePath)
	config.Timeout = 2 * time.Second
	c := newClient(t, config)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
	if _, err := ask(t, c); err != nil || c.Stats().Retries != 0 {
		t.Errorf("%v after %d retries", err, c.Stats().Retries)
	}
}
