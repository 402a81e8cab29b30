package sandbox

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// TestHuge checks which answers are padded, that they stay well-formed, and that
// their rows do not change.
func TestHuge(t *testing.T) {
	const size = 100_000
	for _, faults := range []Faults{{Huge: size, HugeFrom: 2, HugeRequests: 3}, {Huge: size, HugeFrom: 2, HugeRequests: 3, HugeGzip: true}} {
		s := someTenant(t, Shape{}, faults)
		answers := []seen{s.post(loans, ""), s.post(loans, ""), s.get("odata.svc/Loans(99)"), s.post(customers, ""), s.post(loans, "")}
		for i, got := range answers {
			padded := i >= 1 && i <= 3
			if got.err != nil || !json.Valid([]byte(got.body)) {
				t.Errorf("answer %d: %d %v %.50s", i+1, got.status, got.err, got.body)
			}
			if n := len(got.body); padded != (n > size) || n > size+10_000 {
				t.Errorf("answer %d has %d bytes", i+1, n)
			}
		}
		if answers[1].status != 200 || answers[2].status != 409 || len(answers[1].rows(t)) != 8 {
			t.Errorf("%d, %d", answers[1].status, answers[2].status)
		}
		if got := s.Counters().ByFault["huge"]; got != 3 {
			t.Errorf("counted %d times", got)
		}
	}
	page := someTenant(t, Shape{}, Faults{Huge: size, Status: 404}).post(loans, "")
	if len(page.body) < size || !strings.HasPrefix(page.body, "<!DOCTYPE") || !strings.Contains(page.body, "</html>\n<!--x") || !strings.HasSuffix(page.body, "x-->\n") || page.header.Get("Content-Type") != "text/html" {
		t.Errorf("page of %d bytes: %v", len(page.body), page.header)
	}
}

// TestHugeGzip checks that only a client that accepts gzip gets it, and its size.
func TestHugeGzip(t *testing.T) {
	const size = 10_000_000
	s := someTenant(t, Shape{}, Faults{Huge: size, HugeGzip: true})
	for accepts, packed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "identity": false, "gzip;q=0": false, "br, gzip; q=0": false} {
		r := s.request(http.MethodPost, loans, "")
		r.Header.Set("Accept-Encoding", accepts) // so the transport does not decompress
		got := look(s.http, r)
		if is := got.header.Get("Content-Encoding") == "gzip"; is != packed || is != (len(got.body) < size/100) || got.err != nil {
			t.Errorf("%s: %d bytes, %v %v", accepts, len(got.body), got.header, got.err)
		}
		if !packed {
			continue
		}
		whole, err := gzip.NewReader(strings.NewReader(got.body))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(whole); err != nil || len(text) < size || !json.Valid(text) {
			t.Errorf("%s: %d bytes unpacked, %v", accepts, len(text), err)
		}
	}
	plain := someTenant(t, Shape{}, Faults{Huge: size})
	r := plain.request(http.MethodPost, loans, "")
	r.Header.Set("Accept-Encoding", "gzip")
	if got := look(plain.http, r); got.header.Get("Content-Encoding") != "" || len(got.body) < size {
		t.Errorf("not asked to pack: %v", got.header)
	}
}

// TestHugeIsStreamed checks that the padding is never in memory as a whole.
func TestHugeIsStreamed(t *testing.T) {
	const size = 100 << 20
	s := someTenant(t, Shape{}, Faults{Huge: size})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	response, err := s.http.Do(s.request(http.MethodPost, loans, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if n, err := io.Copy(io.Discard, response.Body); err != nil || n < size {
		t.Errorf("%d bytes, %v", n, err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > size/10 {
		t.Errorf("%d bytes of memory for an answer of %d", grown, size)
	}
}
