package sheet

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// However the bytes arrive, one by one or all at once, the filter and the
// survey see the same.
func TestFilterInPieces(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../testdata/corpus/text/*")
	if err != nil || len(paths) < 35 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		encoding, mark := resolveEncoding("", content)
		for _, end := range []LineEnd{LF, CR} {
			t := &pieces{T: t, name: filepath.Base(path), content: content, told: told{Text: Text{Format: Format{Comma, end, false}, Encoding: encoding}, mark: len(mark)}}
			t.compare()
		}
	}
}

type pieces struct {
	*testing.T
	name    string
	content []byte
	told    told
}

func (p *pieces) pass(wrap func(io.Reader) io.Reader) (string, string, survey, int) {
	s := &survey{comma: ','}
	f, err := p.told.open(p.name, wrap(bytes.NewReader(p.content)), s)
	if err != nil {
		return "", err.Error(), *s, 0
	}
	out, err := io.ReadAll(iotest.OneByteReader(f))
	said := ""
	if known, ok := errors.AsType[*Error](err); ok {
		said = known.Error() + known.Hint
		*s = survey{} // it has seen more or less beyond the error
	}
	return string(out), said, *s, f.line
}

func (p *pieces) compare() {
	p.Helper()
	out, said, seen, line := p.pass(func(r io.Reader) io.Reader { return r })
	for _, wrap := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
		out2, said2, seen2, line2 := p.pass(wrap)
		if said == "" && out != out2 || said != said2 || line != line2 || !cmp.Equal(seen, seen2, cmp.AllowUnexported(survey{})) {
			p.Errorf("%s: %q, %q, %+v at once; %q, %q, %+v in pieces", p.name, out, said, seen, out2, said2, seen2)
		}
	}
}
