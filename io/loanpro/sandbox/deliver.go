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

// wait adds the latency; it is false when the client has gone meanwhile, or
// the tenant is closed.
func (s *Sandbox) wait(v *visit) bool {
	delay := s.options.Latency
	if jitter := s.options.Faults.LatencyJitter; jitter > 0 {
		delay += time.Duration(drawn(s.options.Faults.Seed, v.number, jitterDraw) * float64(jitter))
	}
	if v.fault == faultHang {
		_, _ = io.Copy(io.Discard, v.Body) // a client that goes is noticed only once its body is read
		if s.options.Faults.HangFor == 0 {
			<-v.Context().Done()
			return false
		}
		delay += s.options.Faults.HangFor
	}
	return sleep(v.Context(), delay)
}

// sleep is false when ctx ended first.
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

// deliver writes the answer, or as much of it as the request's fault lets out.
func (s *Sandbox) deliver(w http.ResponseWriter, v *visit, answer *reply) {
	s.meter.answered(answer.status, answer.refused)
	switch v.fault {
	case faultReset:
		sever(v.Context())
	case faultCut:
		short := s.start(v, s.options.Shape.encode(answer))
		w.Header().Set("Content-Length", strconv.Itoa(len(short)))
		answer.send(w, short)
	case faultResetBody:
		body := s.options.Shape.encode(answer)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		answer.send(w, s.start(v, body))
		_ = http.NewResponseController(w).Flush() // else nothing of it goes out
		sever(v.Context())
	default:
		if s.options.Faults.isHuge(v.number) {
			s.sendHuge(w, v, answer)
			return
		}
		answer.send(w, s.options.Shape.encode(answer))
	}
}

// start returns the first bytes of a body, too few to make sense as JSON.
func (s *Sandbox) start(v *visit, body []byte) []byte {
	share := drawn(s.options.Faults.Seed, v.number, cutDraw)
	return body[:int(share*float64(len(body)-len("}\n")))]
}

// encode returns the body as it is sent.
func (a *reply) encode() []byte {
	if text, ok := a.body.(page); ok {
		return []byte(text)
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.body); err != nil {
		panic(fmt.Errorf("sandbox: encode an answer: %w", err)) // all bodies are of our own making
	}
	return body.Bytes()
}

// send writes the answer with body, which may be a part of its own.
func (a *reply) send(w http.ResponseWriter, body []byte) {
	a.describe(w.Header())
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // a client that went away is no concern of the tenant
}

// describe sets what the header says of the answer.
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

// connectionKey finds the connection of a request in its context.
type connectionKey struct{}

func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// sever resets the connection: without lingering, closing it sends a reset
// where an end would be due. It does not return.
func sever(ctx context.Context) {
	if c, ok := ctx.Value(connectionKey{}).(*net.TCPConn); ok {
		_ = c.SetLinger(0) // on a connection that is already gone, closing is all there is to do
	}
	panic(http.ErrAbortHandler)
}
