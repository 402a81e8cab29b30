package pace

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"loanmap/io/loanpro/sandbox"
)

// redisServer is a real one, on a port of its own.
type redisServer struct {
	dir  string
	port int
	run  *exec.Cmd
}

// startRedis starts a server that ends with the test.
func startRedis(t testing.TB) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("redis-server is not installed")
	}
	s := &redisServer{dir: t.TempDir(), port: freePort()}
	t.Cleanup(s.stop)
	s.start(t)
	return s
}

// freePort returns a port on which nothing listens. It is not one of those that systems give
// to connections, so no other test gets it before the server does.
func freePort() int {
	for {
		port := 10_000 + rand.IntN(20_000)
		if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil && listener.Close() == nil {
			return port
		}
	}
}

func (s *redisServer) url() string { return fmt.Sprintf("redis://127.0.0.1:%d/0", s.port) }

// start starts the server and waits until it answers.
func (s *redisServer) start(t testing.TB) {
	t.Helper()
	s.run = exec.Command("redis-server", "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--appendonly", "no", "--loglevel", "warning")
	if err := s.run.Start(); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatal("redis-server does not start")
		}
	}
}

// stop ends the server without a last copy of its data.
func (s *redisServer) stop() {
	if s.run != nil {
		_ = s.run.Process.Kill()
		_ = s.run.Wait()
		s.run = nil
	}
}

// keep writes the server's data, so that the next start finds them.
func (s *redisServer) keep(t *testing.T) {
	t.Helper()
	server, err := Connect(Config{URL: s.url()})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.client.Save(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

// forget deletes what the server has of the pace, and not the server's scripts.
func (s *redisServer) forget(t *testing.T) {
	t.Helper()
	server, err := Connect(Config{URL: s.url()})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

// tenant is a sandbox that keeps when requests arrived.
type tenant struct {
	box    *sandbox.Sandbox
	server *httptest.Server

	mu       sync.Mutex
	arrivals []time.Time
}

func newTenant(t *testing.T, options sandbox.Options) *tenant {
	t.Helper()
	box, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	s := &tenant{box: box}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

func (s *tenant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.arrivals = append(s.arrivals, time.Now())
	s.mu.Unlock()
	s.box.ServeHTTP(w, r)
}

// between returns how many requests arrived from one time to another.
func (s *tenant) between(from, to time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := 0
	for _, at := range s.arrivals {
		if !at.Before(from) && at.Before(to) {
			count++
		}
	}
	return count
}

// most returns the largest number of requests in any second from from to to.
func (s *tenant) most(from, to time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var left []time.Duration
	for _, at := range s.arrivals {
		if !at.Before(from) && at.Before(to) {
			left = append(left, at.Sub(from))
		}
	}
	slices.Sort(left)
	return busiest(left)
}

// takerVariable holds the order of a process that takes requests.
const takerVariable = "LOANMAP_TEST_TAKER"

// order says what a process does.
type order struct {
	URL, Target, Token, Tenant string
	Rate                       float64
	Workers                    int
	ClockOff                   time.Duration
	Patience                   time.Duration
}

// takeRequests is such a process: it sends requests until its input ends. It prints a
// line when it begins, and one when the pace fails.
func takeRequests(text string) int {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return 2
	}
	shared, err := Share(Config{URL: o.URL, BaseURL: o.Target, TenantID: o.Tenant, Rate: o.Rate, Patience: o.Patience})
	if err != nil {
		fmt.Println(err)
		return 2
	}
	// A clock that is wrong, and of which nothing but its differences may be used.
	shared.now = func() time.Time { return time.Now().Add(o.ClockOff) }
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	fmt.Println(shared.Name())
	var all sync.WaitGroup
	for range o.Workers {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := shared.Wait(ctx); err != nil {
					if ctx.Err() == nil {
						fmt.Println(err)
						cancel()
					}
					return
				}
				o.send(ctx, shared)
			}
		})
	}
	all.Wait()
	shared.Close()
	return 0
}

// send sends one request, and tells the pace what becomes of it.
func (o order) send(ctx context.Context, shared *Shared) {
	sent := shared.now()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.Target+"/api/public/api/1/odata.svc/Loans(1000)", nil)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer "+o.Token)
	r.Header.Set("Autopal-Instance-Id", o.Tenant)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusTooManyRequests:
		shared.Throttled(ctx, sent, time.Second)
	case http.StatusServiceUnavailable:
		shared.Unavailable(ctx, sent, 0)
	default:
		shared.Answered()
	}
}

// taker is such a process, as the test sees it.
type taker struct {
	run   *exec.Cmd
	input io.Closer
	name  string
	lines *bufio.Scanner
}

func startTaker(t *testing.T, o order) *taker {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	p := &taker{run: exec.Command(self)}
	p.run.Env = append(os.Environ(), takerVariable+"="+string(text))
	output, err := p.run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.input, err = p.run.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.run.Start(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(output)
	p.lines.Scan()
	p.name = p.lines.Text()
	t.Cleanup(func() { p.kill() })
	return p
}

// end has the process end, and returns what it has printed.
func (p *taker) end() string {
	_ = p.input.Close()
	var said []string
	for p.lines.Scan() {
		said = append(said, p.lines.Text())
	}
	_ = p.run.Wait()
	return strings.Join(said, "\n")
}

func (p *taker) kill() {
	_ = p.run.Process.Signal(syscall.SIGKILL)
	_ = p.run.Wait()
}

// team is four processes of four workers each, on one tenant.
type team struct {
	server *redisServer
	tenant *tenant
	order  order
	takers []*taker
	watch  *watch
}

func newTeam(t *testing.T, rate float64, options sandbox.Options) *team {
	t.Helper()
	server, target := startRedis(t), newTenant(t, options)
	return &team{server: server, tenant: target, watch: newWatch(t), order: order{
		URL: server.url(), Target: target.server.URL, Token: target.box.Token(), Tenant: target.box.TenantID(), Rate: rate, Workers: 4,
	}}
}

// begin starts the processes, and returns when requests arrive. clockOff is how wrong
// the clock of the first process is.
func (g *team) begin(t *testing.T, clockOff time.Duration) time.Time {
	t.Helper()
	for i := range 4 {
		o := g.order
		if i == 0 {
			o.ClockOff = clockOff
		}
		g.takers = append(g.takers, startTaker(t, o))
	}
	return g.await(t, time.Now())
}

// await returns when a request has arrived since from.
func (g *team) await(t *testing.T, from time.Time) time.Time {
	t.Helper()
	for g.tenant.between(from, time.Now().Add(time.Hour)) == 0 {
		if time.Since(from) > time.Minute {
			t.Fatal("no request arrives")
		}
		time.Sleep(time.Millisecond)
	}
	return time.Now()
}

// end ends all processes.
func (g *team) end(t *testing.T) {
	t.Helper()
	for _, p := range g.takers {
		if said := p.end(); said != "" {
			t.Errorf("%s: %s", p.name, said)
		}
	}
}

// check compares what arrived from one time to another with the rate: never more than
// one above it in any second, and share of it in all. A busy machine delays requests on
// their way to the tenant, so that more of them arrive in one second and fewer in all.
func (g *team) check(t *testing.T, what string, from, to time.Time, share float64) {
	t.Helper()
	got, most, late := g.tenant.between(from, to), g.tenant.most(from, to), g.watch.worst(from, to)
	average, bound := float64(got)/to.Sub(from).Seconds(), int(g.order.Rate)+1
	if late > 10*time.Millisecond {
		bound += int(math.Ceil(3 * late.Seconds() * g.order.Rate))
		share *= 0.8
	}
	t.Logf("%s: %.2f/s over %s, at most %d in a second (bound %d; the machine wakes %s late)", what, average, to.Sub(from).Round(time.Second/10), most, bound, late)
	if average < share*g.order.Rate {
		t.Errorf("%s: %.2f requests a second, less than %v of %v", what, average, share, g.order.Rate)
	}
	if most > bound {
		t.Errorf("%s: %d in a second, more than %d", what, most, bound)
	}
}

// watch measures how late this machine wakes a process.
type watch struct {
	mu   sync.Mutex
	late map[time.Time]time.Duration
}

func newWatch(t *testing.T) *watch {
	w := &watch{late: map[time.Time]time.Duration{}}
	stop := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for {
			begun := time.Now()
			select {
			case <-time.After(2 * time.Millisecond):
			case <-stop:
				return
			}
			w.mu.Lock()
			w.late[begun] = time.Since(begun) - 2*time.Millisecond
			w.mu.Unlock()
		}
	})
	t.Cleanup(func() { close(stop); all.Wait() })
	return w
}

func (w *watch) worst(from, to time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	worst := time.Duration(0)
	for at, late := range w.late {
		if at.After(from) && at.Before(to) {
			worst = max(worst, late)
		}
	}
	return worst.Round(time.Millisecond)
}
