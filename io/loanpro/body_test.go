package loanpro

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var gzipped = []string{"Content-Encoding", "gzip"}

// packed returns content as gzip packs it.
func packed(t *testing.T, content string) string {
	t.Helper()
	var out strings.Builder
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// padded is an answer of length bytes.
func padded(length int) string {
	page := hitsOf("{}", 1)
	return page + strings.Repeat(" ", length-len(page))
}

// noisy is an answer that compresses badly.
func noisy(length int) string {
	page := hitsOf("{}", 1)
	blanks := make([]byte, length-len(page))
	for i := range blanks {
		blanks[i] = " \t\r\n"[rand.IntN(4)]
	}
	return page + string(blanks)
}

func TestAnswersMayBePacked(t *testing.T) {
	for _, encoding := range []string{"gzip", "GZIP"} {
		loans, err := ask(t, onLoopback(t, respond(http.StatusOK, packed(t, hitsOf("{}", 1)), "Content-Encoding", encoding)))
		if diff := cmp.Diff(loansOf(1), loans); diff != "" || err != nil {
			t.Errorf("%v, loans (-want +got):\n%s", err, diff)
		}
	}
	_, err := ask(t, onLoopback(t, respond(http.StatusConflict, packed(t, `{"message":"No route found"}`), gzipped...)))
	if e := wantError(t, err, Rejected, http.StatusConflict); e.Message != "No route found" {
		t.Errorf("got %q", e.Message)
	}
}

// A 200 that cannot be unpacked is retried. Other statuses count even without a
// body.
func TestAnswersThatCannotBeUnpacked(t *testing.T) {
	whole := packed(t, hitsOf("{}", 1))
	for name, body := range map[string]string{
		"cut off": whole[:len(whole)-10], "not packed": hitsOf("{}", 1), "altered": whole[:40] + "xxx" + whole[43:], "empty": "",
	} {
		inBubble(t, inTurn(respond(http.StatusOK, body, gzipped...), foundLoan), func(t *testing.T, c *Client) {
			if hits, err := ask(t, c); err != nil || len(hits) != 1 || c.Stats().Retries != 1 {
				t.Errorf("%s: %d hits, %v, %+v", name, len(hits), err, c.Stats())
			}
		})
		_, err := ask(t, onLoopback(t, respond(http.StatusConflict, body, gzipped...)))
		wantError(t, err, Rejected, http.StatusConflict)
	}
}

// Both bounds hold: a small answer cannot become huge, and a huge one is not
// read even if it unpacks to little.
func TestAnswersAreBounded(t *testing.T) {
	limits := bounds{sent: 3000, unpacked: 5000}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		status int // 0: it is read
	}{
		{"the longest, as sent", respond(200, padded(3000)), 0},
		{"one byte longer", respond(200, padded(3001)), 200},
		{"the longest, its length not said", trickle(padded(3000)), 0},
		{"one byte longer, its length not said", trickle(padded(3001)), 200},
		{"far longer", respond(200, padded(500_000)), 200},
		{"without end", endless, 200},
		{"far longer, and no success", respond(500, padded(500_000)), 500},
		{"the longest, packed", respond(200, packed(t, padded(5000)), gzipped...), 0},
		{"one byte longer, packed", respond(200, packed(t, padded(5001)), gzipped...), 200},
		{"far longer, packed", respond(200, packed(t, padded(500_000)), gzipped...), 200},
		{"far longer, packed, and no success", respond(409, packed(t, padded(500_000)), gzipped...), 409},
		{"short once unpacked, long as sent", respond(200, packed(t, padded(1000))+strings.Repeat(packed(t, ""), 200), gzipped...), 200},
		{"hard to pack", respond(200, packed(t, noisy(20_000)), gzipped...), 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tenant := inTurn(test.answer)
			c := onLoopback(t, tenant)
			c.bounds = limits
			_, err := ask(t, c)
			if test.status == 0 && err != nil {
				t.Errorf("got %v", err)
			} else if test.status != 0 {
				if e := wantError(t, err, Rejected, test.status); e.Message != "the answer is too long" {
					t.Errorf("got %q", e.Message)
				}
			}
			if read := c.Stats().Received; read > int64(limits.unpacked) || tenant.count.Load() != 1 {
				t.Errorf("read %d bytes in %d requests, want at most %d in 1", read, tenant.count.Load(), limits.unpacked)
			}
		})
	}
}

// A Content-Length above the bound is enough to give up.
func TestALengthIsBelieved(t *testing.T) {
	c := onLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "3001")
		respondPartly(" ")(w, r)
	}))
	c.bounds = bounds{sent: 3000, unpacked: 5000}
	_, err := ask(t, c)
	wantError(t, err, Rejected, http.StatusOK)
}

func TestUnpackedAnswersAreBoundedToo(t *testing.T) {
	c := onLoopback(t, respond(http.StatusOK, padded(3001)))
	c.bounds = bounds{sent: 5000, unpacked: 3000}
	_, err := ask(t, c)
	wantError(t, err, Rejected, http.StatusOK)
}

// trickle sends body without a Content-Length.
func trickle(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for rest := body; len(rest) > 0; {
			n := min(len(rest), 1000)
			_, _ = io.WriteString(w, rest[:n])
			_ = http.NewResponseController(w).Flush()
			rest = rest[n:]
		}
	}
}

// endless sends an answer for as long as it is read.
func endless(w http.ResponseWriter, _ *http.Request) {
	for {
		if _, err := io.WriteString(w, strings.Repeat(" ", 1000)); err != nil {
			return
		}
	}
}

// An answer of less than a megabyte that unpacks to far more than the bound
// takes a small multiple of the bound, since the buffer is copied as it grows.
func TestABombTakesLittleMemory(t *testing.T) {
	var bomb bytes.Buffer
	w, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for range 120 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c := onLoopback(t, respond(http.StatusOK, bomb.String(), gzipped...))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = ask(t, c)
	runtime.ReadMemStats(&after)
	wantError(t, err, Rejected, http.StatusOK)
	if took := after.TotalAlloc - before.TotalAlloc; took > 3*maxUnpacked {
		t.Errorf("took %d MiB in all", took>>20)
	}
}

// The buffer grows with what arrives, and never far beyond the bound.
func TestBuffersAreBounded(t *testing.T) {
	for _, most := range []int{0, 1, 1000, firstRead - 1, firstRead, firstRead + 1, 10*firstRead + 7} {
		for _, length := range []int{0, 1, most - 1, most, most + 1, 5 * most} {
			body, err := readAll(strings.NewReader(strings.Repeat("x", max(length, 0))), most)
			if length > most {
				if !errors.Is(err, errTooLarge) || body != nil {
					t.Errorf("%d of %d bytes: %d, %v", length, most, len(body), err)
				}
				continue
			}
			if err != nil || len(body) != max(length, 0) || cap(body) > most+1+512 { // an allocation is rounded up
				t.Errorf("%d of %d bytes: %d with room for %d, %v", length, most, len(body), cap(body), err)
			}
		}
	}
}

// The bounds are far above a page of loans, and far below a machine's memory.
func TestBoundsAreSensible(t *testing.T) {
	c := newClient(t, testConfig(DefaultBaseURL))
	page := len(realistic(MaxPage))
	if got := c.bounds; got.sent < 10*page || got.unpacked < 20*page || got.sent > 16<<20 || got.unpacked > 32<<20 {
		t.Errorf("reads up to %+v bytes, a page of loans has %d", got, page)
	}
}
