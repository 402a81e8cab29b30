package loanpro

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// A name keeps its letters, in UTF-8, in Windows-1252, or in both within one
// body. The log warns once of Windows-1252.
func TestBytesThatAreNotUTF8(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"Jos\xe9":             "José",
		"Jos\xe9 Nguyễn":      "José Nguyễn",
		"\x80uro \x96 \x8alo": "€uro – Šlo",
		"\xff\xfe":            "ÿþ",
		"caf\xc3\xa9 \xe9":    "café é",
		"cut \xc3":            "cut Ã",
	} {
		var log bytes.Buffer
		c := onLoopback(t, respond(http.StatusOK, pageWith(`{"id":1,"customerName":"`+body+`"}`)))
		c.config.Log = slog.New(slog.NewTextHandler(&log, nil))
		for range 3 {
			hits, err := readHits(t, c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]Hit{{ID: 1, Details: Details{Name: want}}}, hits); diff != "" {
				t.Errorf("%q (-want +got):\n%s", body, diff)
			}
		}
		if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "Windows-1252") {
			t.Errorf("%d warnings:\n%s", n, log.String())
		}
	}
}

func TestUTF8IsLeftAlone(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := onLoopback(t, respond(http.StatusOK, pageWith(`{"id":1,"customerName":"José � Nguyễn"}`)))
	c.config.Log = slog.New(slog.NewTextHandler(&log, nil))
	if hits, err := readHits(t, c); err != nil || hits[0].Name != "José � Nguyễn" || log.Len() != 0 {
		t.Errorf("got %q, %v\n%s", hits[0].Name, err, log.String())
	}
}

// No byte becomes U+FFFD, not even one that Windows-1252 does not define.
func TestEveryByteIsRead(t *testing.T) {
	t.Parallel()
	for b := range 256 {
		text, _ := readable([]byte{'<', byte(b), '>'})
		got := string(text)
		if !utf8.ValidString(got) || strings.ContainsRune(got, utf8.RuneError) {
			t.Errorf("%#x is read as %q", b, got)
		}
	}
}
