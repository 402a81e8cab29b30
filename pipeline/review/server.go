package review

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// ServerOptions says how pages are served.
type ServerOptions struct {
	ShowScores bool          // also before a card is decided
	Password   string        // empty: whoever has the printed address is let in
	Idle       time.Duration // without a request, after which the review ends
}

// Server shows a desk to a person in a browser.
type Server struct {
	desk    *Desk
	options ServerOptions
	guard   *guard
	http    http.Server
	life    context.Context // of the review
	stop    context.CancelFunc
	idle    *time.Timer
	ended   chan string // why the review ends

	mu       sync.Mutex
	applying bool
	applied  *Applied
	failure  string // of the last time that decisions were applied
	runs     sync.WaitGroup
}

// The reasons why a review ends.
const (
	EndedIdle   = "idle"
	EndedByPage = "page"
)

const (
	maxForm      = 64 << 10 // bytes of a form
	headerWait   = 10 * time.Second
	shutdownWait = 3 * time.Second
)

//go:embed page
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "page/*.html"))

// NewServer returns a server of a desk on the address of a listener. The review ends with
// ctx at the latest.
func NewServer(ctx context.Context, desk *Desk, address net.Addr, o ServerOptions) *Server {
	s := &Server{desk: desk, options: o, guard: newGuard(address, o.Password), ended: make(chan string, 1)}
	s.life, s.stop = context.WithCancel(ctx)
	s.idle = time.AfterFunc(o.Idle, func() { s.end(EndedIdle) })
	s.http = http.Server{
		Handler: s.handler(), ReadHeaderTimeout: headerWait,
		ErrorLog: log.New(io.Discard, "", 0), // it quotes what clients send
	}
	return s
}

// Address returns the address to print, with the secret that lets in.
func (s *Server) Address() string { return s.guard.address() }

// Ticket returns an address for a program that opens it: it lets in once, within a minute.
func (s *Server) Ticket() string { return s.guard.ticket() }

// ServeHTTP serves the pages.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.http.Handler.ServeHTTP(w, r) }

// Serve serves pages until the context of the server ends, until nothing was asked for as long as Idle, or until
// the person ends the review. It returns the reason; empty: the context has ended. Decisions
// that are being applied then are stopped.
func (s *Server) Serve(listener net.Listener) (reason string, err error) {
	defer s.runs.Wait()
	defer s.stop()
	defer s.idle.Stop()
	s.http.BaseContext = func(net.Listener) context.Context { return s.life }
	failed := make(chan error, 1)
	s.runs.Go(func() { failed <- s.http.Serve(listener) })
	select {
	case err := <-failed:
		return "", err
	case <-s.life.Done():
	case reason = <-s.ended:
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(s.life), shutdownWait)
	defer cancel()
	defer s.stop()
	if err := s.http.Shutdown(closing); err != nil {
		_ = s.http.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return reason, err
	}
	return reason, nil
}

// end ends the review, unless it ends already.
func (s *Server) end(reason string) {
	select {
	case s.ended <- reason:
	default:
	}
}

func (s *Server) handler() http.Handler {
	inside := http.NewServeMux()
	inside.HandleFunc("GET /{$}", s.showNext)
	inside.HandleFunc("GET /card/{place}", s.showCard)
	inside.HandleFunc("GET /done", s.showDone)
	inside.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	inside.Handle("GET /page/style.css", http.FileServerFS(pageFiles))
	inside.Handle("GET /page/review.js", http.FileServerFS(pageFiles))
	inside.HandleFunc("POST /decide", s.decide)
	inside.HandleFunc("POST /undo", s.undo)
	inside.HandleFunc("POST /find", s.find)
	inside.HandleFunc("POST /add", s.addRecord)
	inside.HandleFunc("POST /apply", s.apply)
	inside.HandleFunc("POST /end", s.endReview)

	entry := http.NewServeMux()
	entry.Handle("GET /page/style.css", http.FileServerFS(pageFiles))
	entry.HandleFunc("POST /password", s.enterPassword)
	entry.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { s.showEntry(w, http.StatusForbidden) })
	return s.guard.wrap(s.awake(inside), http.MaxBytesHandler(entry, maxForm))
}

// awake puts the end of the review off. Pages that reload by themselves do not.
func (s *Server) awake(next http.Handler) http.Handler {
	return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("auto") {
			s.idle.Reset(s.options.Idle)
		}
		next.ServeHTTP(w, r)
	}), maxForm)
}

// render writes a page. A page that cannot be written is one whose reader has gone.
func (s *Server) render(w http.ResponseWriter, status int, name string, view any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = pages.ExecuteTemplate(w, name, view)
}

func (s *Server) showEntry(w http.ResponseWriter, status int) {
	s.render(w, status, "entry.html", struct{ Asks, Wrong bool }{s.guard.asks, status == http.StatusUnauthorized})
}

func (s *Server) enterPassword(w http.ResponseWriter, r *http.Request) {
	if !s.guard.checkPassword(w, r) {
		s.showEntry(w, http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
