package sandbox

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
)

// isHuge reports whether the answer to a request is padded.
func (f *Faults) isHuge(number int) bool {
	return f.Huge > 0 && span{from: f.HugeFrom, requests: f.HugeRequests}.covers(number)
}

// sendHuge writes the answer with padding inside. It streams the padding.
func (s *Sandbox) sendHuge(w http.ResponseWriter, v *visit, answer *reply) {
	f := &s.options.Faults
	s.meter.struck(faultHuge)
	before, after := splitForPadding(answer, s.options.Shape.encode(answer))
	body := io.MultiReader(bytes.NewReader(before), io.LimitReader(padding{}, int64(f.Huge)), bytes.NewReader(after))
	answer.describe(w.Header())
	if f.HugeGzip && acceptsGzip(v.Request) {
		sendCompressed(w, answer.status, body)
		return
	}
	w.WriteHeader(answer.status)
	_, _ = io.Copy(w, body) // the client may be gone
}

func sendCompressed(w http.ResponseWriter, status int, body io.Reader) {
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	compressor := gzip.NewWriter(w)
	if _, err := io.Copy(compressor, body); err == nil {
		_ = compressor.Close()
	}
}

// splitForPadding splits the body so that any number of letters fits between the
// parts: as a member of the JSON object, or as a comment.
func splitForPadding(answer *reply, body []byte) (before, after []byte) {
	if _, ok := answer.body.(page); ok {
		return append(body, "<!--"...), []byte("-->\n")
	}
	end := bytes.LastIndexByte(body, '}')
	return slices.Concat(body[:end], []byte(`,"padding":"`)), slices.Concat([]byte(`"`), body[end:])
}

// padding is an endless run of letters.
type padding struct{}

func (padding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// acceptsGzip reports whether the client accepts gzip.
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.TrimSpace(name) == "gzip" {
			return strings.TrimSpace(weight) != "q=0"
		}
	}
	return false
}
