package text

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// However the bytes arrive, one by one or all at once, the filter and the
// survey see the same.
func TestFilterInPieces(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../../testdata/corpus/text/*")
	if err != nil || len(paths) < 35 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		encoding, mark := resolveEncoding("", content)
		for _, end := range []rows.LineEnd{rows.LF, rows.CR} {
			t := &pieces{T: t, name: filepath.Base(path), content: content, dialect: dialect{Text: rows.Text{Format: rows.Format{Delimiter: rows.Comma, LineEnd: end}, Encoding: encoding}, markLength: len(mark), firstLine: 1}}
			t.compare()
		}
	}
}

type pieces struct {
	*testing.T
	name    string
	content []byte
	dialect dialect
}

func (p *pieces) pass(wrap func(io.Reader) io.Reader) (string, string, survey, int) {
	s := &survey{comma: ','}
	f, err := p.dialect.filtered(p.name, wrap(bytes.NewReader(p.content)), s)
	if err != nil {
		return "", err.Error(), *s, 0
	}
	out, err := io.ReadAll(iotest.OneByteReader(f))
	said := ""
	if known, ok := errors.AsType[*disk.Error](err); ok {
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

// A row is bounded even where its cells are.
func TestFilterBoundsRows(t *testing.T) {
	t.Parallel()
	piece := strings.Repeat("x", 1<<20) + ","
	var parts []io.Reader
	for range maxRow>>20 + 1 {
		parts = append(parts, strings.NewReader(piece))
	}
	f := newFilter("a.csv", io.MultiReader(parts...), rows.Format{Delimiter: rows.Comma, LineEnd: rows.LF}, 1)
	_, err := io.Copy(io.Discard, f)
	if err == nil || !strings.Contains(err.Error(), "part of a row of more than 64 MB") {
		t.Errorf("got %v", err)
	}
}

func TestDetectDelimiter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sample string
		cut          bool
		want         []rows.Delimiter
	}{
		{"none", "ID\n1\n", false, nil},
		{"one that the header lacks", "ID\n1,2\n", false, nil},
		{"quotes that do not fit a comma", "a;b,c\n\"x,y\";z\n", false, []rows.Delimiter{rows.Semicolon}},
		{"prose in the header", "ID;Note, long, text\n1;x\n2;y\n", false, []rows.Delimiter{rows.Semicolon}},
		{"more columns", "ID;A,x;C\n1;b,c;d\n", false, []rows.Delimiter{rows.Semicolon}},
		{"more rows alike", "ID;A,x\n" + strings.Repeat("1;b,c\n", 9) + "1;b\n", false, []rows.Delimiter{rows.Semicolon}},
		{"spaces after commas", "ID;A, x\n1;b, c\n", false, []rows.Delimiter{rows.Semicolon}},
		{"a tie", "ID;A,x\n1;b,c\n", false, []rows.Delimiter{rows.Comma, rows.Semicolon}},
		{"a sample cut inside quotes", "ID;A,x\n1;\"b", true, []rows.Delimiter{rows.Semicolon}},
		{"a quote never closed", "ID;A,x\n1;\"b", false, []rows.Delimiter{rows.Comma}},
		{"a decimal comma in each cell but the first", "ID;A;B\n1;1,5;2,5\n", false, []rows.Delimiter{rows.Semicolon}},
	} {
		if got := fittingDelimiters([]byte(c.sample), rows.LF, !c.cut); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
