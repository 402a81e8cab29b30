package loanpro

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
)

// bounds limits how many bytes of an answer are read, as sent and as unpacked.
// Memory grows with what arrives, never beyond the bounds.
type bounds struct{ sent, unpacked int }

// errTooLarge is returned for an answer that exceeds the bounds.
var errTooLarge = errors.New("the answer is too long")

// firstRead is the first size of the buffer; it doubles as needed.
const firstRead = 64 << 10 // bytes

// read returns the body of resp, unpacked, or errTooLarge.
func (b bounds) read(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > int64(b.sent) {
		return nil, errTooLarge
	}
	sent := &cappedReader{from: resp.Body, left: b.sent}
	if !strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		return readAll(sent, b.unpacked)
	}
	unpacked, err := gzip.NewReader(sent)
	if err != nil {
		return nil, err
	}
	return readAll(unpacked, b.unpacked)
}

// readAll reads up to most bytes, and returns errTooLarge if there are more.
func readAll(from io.Reader, most int) ([]byte, error) {
	body := make([]byte, 0, min(firstRead, most+1))
	for {
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case len(body) > most:
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return body, err
		case len(body) == cap(body): // it doubles, but never beyond one more than most
			room := 2 * cap(body)
			if room >= most {
				room = most + 1
			}
			body = append(make([]byte, 0, room), body...)
		}
	}
}

// cappedReader fails once more than left bytes are read.
type cappedReader struct {
	from io.Reader
	left int
}

func (c *cappedReader) Read(p []byte) (int, error) {
	// One byte more than allowed shows that a body is too long.
	n, err := c.from.Read(p[:min(len(p), c.left+1)])
	if c.left -= n; c.left < 0 {
		return n, errTooLarge
	}
	return n, err
}
