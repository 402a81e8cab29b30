package pace

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// canary is a password that must not appear in any text of ours.
const canary = "c4nary-Pa55"

// listen answers every connection with handle.
func listen(t *testing.T, handle func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			handle(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return listener.Addr().String()
}

// echo answers every line with an error that quotes it, as servers do with commands
// that they do not know.
func echo(prefix string) func(net.Conn) {
	return func(conn net.Conn) {
		lines := bufio.NewScanner(conn)
		heard := ""
		for lines.Scan() {
			heard += " " + lines.Text()
			_, _ = fmt.Fprintf(conn, "-%s unknown command, with args beginning with: '%s'\r\n", prefix, heard)
		}
	}
}

// Whatever is wrong with a server or its URL, the password is in no text.
func TestPasswordIsNowhere(t *testing.T) {
	closed := listen(t, func(net.Conn) {})
	locked := miniredis.RunT(t)
	locked.RequireAuth("another")
	secure := httptest.NewTLSServer(nil)
	t.Cleanup(secure.Close)
	withUser := "redis://ann:" + canary + "@"
	for name, url := range map[string]string{
		"no server":                 withUser + "127.0.0.1:1",
		"a server that hangs up":    withUser + closed,
		"a wrong password":          withUser + locked.Addr(),
		"a wrong default password":  "redis://:" + canary + "@" + locked.Addr(),
		"an error with the command": withUser + listen(t, echo("ERR")),
		"an error without a code":   withUser + listen(t, echo(canary)),
		"a web server":              withUser + listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"+canary) }),
		"no Redis":                  withUser + listen(t, echoRaw),
		"TLS without a certificate": strings.Replace(withUser, "redis", "rediss", 1) + secure.Listener.Addr().String(),
		"TLS to a plain server":     strings.Replace(withUser, "redis", "rediss", 1) + locked.Addr(),
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			shared, err := Share(Config{
				URL: url, BaseURL: "https://example.com", TenantID: "1", Rate: 5, Patience: 300 * time.Millisecond,
				Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer shared.Close()
			err = shared.Wait(t.Context())
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.Advice() == "" || (log.Len() > 0) != (failed.waited > 0) {
				t.Fatalf("got %v, logged %q", err, log.String())
			}
			_, stateErr := shared.State(t.Context())
			if stateErr == nil {
				t.Error("it works")
			}
			t.Log(err)
			for _, text := range []string{fmt.Sprintf("%v %+v %#v", err, err, err), failed.Advice(), fmt.Sprintf("%v %+v", stateErr, stateErr), log.String()} {
				if strings.Contains(text, canary) || strings.Contains(text, "ann:") {
					t.Errorf("the password is in %q", text)
				}
			}
		})
	}
}

func echoRaw(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	_, _ = io.Copy(conn, conn)
}

func TestWrongURLsAreNotQuoted(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", canary, "http://" + canary + "@h", "redis://:" + canary + "@", "redis://h:" + canary, "redis://h/" + canary, "redis://h/-1",
		"redis://h/1/" + canary, "redis://h?password=" + canary, "redis://h#" + canary, "redis://h?", "unix://" + canary + "/socket", "redis://" + canary + "%zz@h",
		"redis://:pa#" + canary + "@h:6379", "redis://:" + canary + "/x@h:6379", "redis:" + canary,
	} {
		if _, err := Connect(Config{URL: url}); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%q: %v", url, err)
		}
	}
	for url, host := range map[string]string{
		"redis://h": "h:6379", " rediss://u:p@h:1/2\n": "h:1", "redis://:p%40%2F@[::1]:7": "[::1]:7",
	} {
		server, err := Connect(Config{URL: url})
		if err != nil || server.Host() != host {
			t.Errorf("%q: %v", url, err)
			continue
		}
		server.Close()
	}
}

// The server gets the hash of a tenant. Spellings of one URL have one hash, and neither
// the URL nor the tenant's number is in a key.
func TestTenantsHaveKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	const url, tenant = "https://loanpro.simnang.com/api/public/api/1", "5200001"
	hash := tenantHash(url, tenant)
	for _, same := range []string{url + "/", " " + url + "\n", "HTTPS://LoanPro.simnang.com:443/api/public/api/1"} {
		if tenantHash(same, tenant) != hash {
			t.Errorf("%q has another hash", same)
		}
	}
	for _, other := range [][2]string{
		{url, "5200002"}, {url + "/2", tenant}, {"https://other.simnang.com/api/public/api/1", tenant}, {"https://loanpro.simnang.com:8443/api/public/api/1", tenant}, {url + "\n5", "200001"},
	} {
		if tenantHash(other[0], other[1]) == hash {
			t.Errorf("%q has the same hash", other)
		}
	}
	c := newClocked(t).begun(10)
	for _, key := range c.redis.Keys() {
		if strings.Contains(key, "example") || !strings.HasPrefix(key, "loanmap:pace:{") || len(key) < 40 {
			t.Errorf("there is a key %s", key)
		}
	}
}

// shareOf returns a pace on a server that the test can stop.
func shareOf(t *testing.T, server *miniredis.Miniredis, change func(*Config)) *Shared {
	t.Helper()
	config := Config{URL: "redis://" + server.Addr(), BaseURL: "https://example.com", TenantID: "1", Rate: 1000, Patience: 300 * time.Millisecond}
	if change != nil {
		change(&config)
	}
	shared, err := Share(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shared.Close)
	return shared
}

// A server that does not answer is waited for, at the start and later.
func TestServerThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	var log bytes.Buffer
	shared := shareOf(t, server, func(c *Config) {
		c.Patience = time.Minute
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	for range 2 {
		server.Close()
		done := make(chan error)
		go func() { done <- shared.Wait(t.Context()) }()
		for shared.Waiting() != "for the pace server to answer" {
			time.Sleep(time.Millisecond)
		}
		if err := server.Restart(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil || shared.Waiting() != "" {
			t.Errorf("got %v, waiting %q", err, shared.Waiting())
		}
	}
	if lost, found := strings.Count(log.String(), "event=pace_lost"), strings.Count(log.String(), "event=pace_found"); lost != 2 || found != 2 {
		t.Errorf("logged %s", log.String())
	}
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	shared := shareOf(t, server, nil)
	if err := shared.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Close()
	begun := time.Now()
	err := shared.Wait(t.Context())
	if failed, ok := errors.AsType[*Error](err); !ok || failed.waited == 0 || time.Since(begun) < 300*time.Millisecond {
		t.Errorf("got %v after %s", err, time.Since(begun))
	}
}

// A server that rejects what it is asked will not change its mind at the start, and may
// later.
func TestRejectionEndsTheStartOnly(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	server.RequireAuth("another")
	shared := shareOf(t, server, func(c *Config) { c.Patience = time.Hour })
	err := shared.Wait(t.Context())
	if failed, ok := errors.AsType[*Error](err); !ok || failed.code != "NOAUTH" || !strings.Contains(failed.Advice(), "password") {
		t.Errorf("got %v", err)
	}
	server.RequireAuth("")
	shared = shareOf(t, server, func(c *Config) { c.Patience = time.Hour })
	if err := shared.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.SetError("NOPERM for a while")
	done := make(chan error)
	go func() { done <- shared.Wait(t.Context()) }()
	for shared.Waiting() == "" {
		time.Sleep(time.Millisecond)
	}
	server.SetError("")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestSharedWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]*miniredis.Miniredis{"in a pause": miniredis.RunT(t), "while the server is away": miniredis.RunT(t)} {
		shared := shareOf(t, server, func(c *Config) { c.Patience = time.Hour })
		if name == "in a pause" {
			if err := shared.Pause(t.Context(), time.Hour); err != nil {
				t.Fatal(err)
			}
		} else {
			server.Close()
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		for range 2 { // one waits for its turn
			go func() { done <- shared.Wait(ctx) }()
		}
		for shared.Waiting() == "" {
			time.Sleep(time.Millisecond)
		}
		if name == "in a pause" && shared.Waiting() != "1h0m0s, as loanmap pace says" {
			t.Errorf("waiting %q", shared.Waiting())
		}
		cancel(errStop)
		for range 2 {
			wantAlone(t, <-done, errStop)
		}
	}
}

// A refusal that the server cannot be told of is told before the next request leaves.
func TestRefusalsAreNotForgotten(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	shared := shareOf(t, server, func(c *Config) { c.Patience = time.Minute })
	if err := shared.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Close()
	sent := time.Now()
	shared.Throttled(t.Context(), sent, 500*time.Millisecond)
	if got := shared.Unavailable(t.Context(), sent, 0); got != firstBriefPause {
		t.Errorf("a pause of %s", got)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	if err := shared.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(sent); waited < 450*time.Millisecond {
		t.Errorf("the next request left after %s", waited)
	}
	state, err := shared.State(t.Context())
	if err != nil || state.Rate > 1000*headroom*decrease+10 {
		t.Errorf("afterwards %+v, %v", state, err)
	}
}

// Whatever the server says, a run keeps its own ceiling: here the server's clock is a
// thousand times too fast.
func TestOwnCeilingHolds(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	begun := time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	var clock sync.WaitGroup
	clock.Go(func() {
		for ctx.Err() == nil {
			server.SetTime(begun.Add(1000 * time.Since(begun)))
			time.Sleep(time.Millisecond)
		}
	})
	defer clock.Wait()
	defer cancel()
	shared := shareOf(t, server, func(c *Config) { c.Rate = 50 })
	var first time.Time
	for range 10 {
		if err := shared.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if first.IsZero() {
			first = time.Now()
		}
	}
	if took := time.Since(first); took < 9*20*time.Millisecond-time.Millisecond {
		t.Errorf("nine more requests left within %s", took)
	}
}

// A guest is not there for the others, and a run is until it leaves.
func TestGuestsAreNotListed(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	run := shareOf(t, server, nil)
	guest := shareOf(t, server, func(c *Config) { c.Guest, c.Rate = true, 500 })
	for _, one := range []*Shared{run, guest} {
		if err := one.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	state, err := guest.State(t.Context())
	if err != nil || len(state.Runs) != 1 || state.Runs[0].Name != run.Name() || state.Ceiling != 1000 || guest.Name() != "" || guest.Ceiling() != 500 {
		t.Errorf("%+v, %v", state, err)
	}
	run.Close()
	if state, err = guest.State(t.Context()); err != nil || len(state.Runs) != 0 {
		t.Errorf("after it has left: %+v, %v", state, err)
	}
}

// The name of a run names no person and no machine.
func TestNamesAreImpersonal(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	one, other := newName(), newName()
	if one == other || !strings.HasPrefix(one, fmt.Sprintf("%d-", os.Getpid())) || strings.Contains(one, host) {
		t.Errorf("%q and %q", one, other)
	}
}

// TLS servers are asked for by the name in the URL, with a version that is safe.
func TestTLSIsVerified(t *testing.T) {
	t.Parallel()
	options, err := optionsOf("rediss://h:1")
	if err != nil || options.TLSConfig == nil || options.TLSConfig.ServerName != "h" || options.TLSConfig.InsecureSkipVerify || options.TLSConfig.MinVersion < tls.VersionTLS12 {
		t.Errorf("%+v, %v", options, err)
	}
	if options, err = optionsOf("redis://h:1"); err != nil || options.TLSConfig != nil {
		t.Errorf("%+v, %v", options, err)
	}
}
