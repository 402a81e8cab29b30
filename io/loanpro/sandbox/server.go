package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// server is a running HTTP server that can be waited for.
type server struct {
	http        *http.Server
	cancel      context.CancelFunc
	connections sync.WaitGroup
	ended       chan error // the result of Serve
}

func serve(listener net.Listener, h http.Handler, log *slog.Logger) *server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{cancel: cancel, ended: make(chan error, 1)}
	s.http = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(log.With("event", "sandbox_server").Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         s.count,
		ConnContext:       withConnection,
	}
	go func() { s.ended <- s.http.Serve(listener) }()
	return s
}

// count follows connections, each of which has a goroutine.
func (s *server) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.connections.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.connections.Done()
	default: // still open
	}
}

func (s *server) close() error {
	s.cancel() // wakes the answers that wait for their latency
	closed := s.http.Close()
	ended := <-s.ended
	s.connections.Wait()
	if errors.Is(ended, http.ErrServerClosed) {
		ended = nil
	}
	return errors.Join(closed, ended)
}
