package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

// wait adds the latency. It returns false when the client is gone or the tenant
// is closed.
func (s *Sandbox) wait(v *visit) bool {
	delay := s.options.Latency
	if jitter := s.options.Faults.LatencyJitter; jitter > 0 {
		delay += time.Duration(drawn(s.options.Faults.Seed, v.number, jitterDraw) * float64(jitter))
	}
	if v.fault == faultHang {
		_, _ = io.Copy(io.Discard, v.Body) // net/http notices a lost client only after its body is read
		if s.options.Faults.HangFor == 0 {
			<-v.Context().Done()
			return false
		}
		delay += s.options.Faults.HangFor
	}
	return sleep(v.Context(), delay)
}

// sleep returns false when ctx ended first.
func sleep(ctx context.Context, delay time.Duration) bool {
	if delay == 0 {
		return true
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// deliver writes the answer, damaged by the request's fault.
func (s *Sandbox) deliver(w http.ResponseWriter, v *visit, answer *reply) {
	s.meter.answered(answer.status, answer.refused)
	switch v.fault {
	case faultReset:
		sever(v.Context())
	case faultCut:
		short := s.beginning(v, s.options.Shape.encode(answer))
		w.Header().Set("Content-Length", strconv.Itoa(len(short)))
		answer.send(w, short)
	case faultResetBody:
		body := s.options.Shape.encode(answer)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		answer.send(w, s.beginning(v, body))
		_ = http.NewResponseController(w).Flush() // or the client gets no part of it
		sever(v.Context())
	default:
		if s.options.Faults.isHuge(v.number) {
			s.sendHuge(w, v, answer)
			return
		}
		answer.send(w, s.options.Shape.encode(answer))
	}
}

// beginning returns the first bytes of a body, too few to be valid JSON.
func (s *Sandbox) beginning(v *visit, body []byte) []byte {
	share := drawn(s.options.Faults.Seed, v.number, cutDraw)
	return body[:int(share*float64(len(body)-len("}\n")))]
}

// encode returns the body before the shape changes its encoding.
func (a *reply) encode() []byte {
	if text, ok := a.body.(page); ok {
		return []byte(text)
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.body); err != nil {
		panic(fmt.Errorf("sandbox: encode an answer: %w", err)) // a bug: all bodies are our own types
	}
	return body.Bytes()
}

// send writes the answer with this body.
func (a *reply) send(w http.ResponseWriter, body []byte) {
	a.describe(w.Header())
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client may be gone
}

// describe sets the headers of the answer.
func (a *reply) describe(header http.Header) {
	header.Set("Content-Type", "application/json")
	if _, ok := a.body.(page); ok {
		header.Set("Content-Type", "text/html")
	}
	header.Set("Cache-Control", "no-store")
	maps.Copy(header, a.header)
	if a.retryAfter != "" {
		header.Set("Retry-After", a.retryAfter)
	}
}

// connectionKey is the key of the connection in the context of a request.
type connectionKey struct{}

func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// sever resets the connection: closing it without linger sends a reset. It does
// not return.
func sever(ctx context.Context) {
	if c, ok := ctx.Value(connectionKey{}).(*net.TCPConn); ok {
		_ = c.SetLinger(0) // fails only if the connection is already gone
	}
	panic(http.ErrAbortHandler)
}
