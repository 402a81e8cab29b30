package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
)

const (
	// unzipLimit is how many bytes a workbook may unpack to, against zip bombs. The
	// longest sheet with a few dozen columns stays below it.
	unzipLimit = 2 << 30
	// A part larger than safeSize that is compressed by more than maxRatio is a bomb,
	// too. Sheets are compressed by 5 to 30; the limit of deflate is 1032.
	safeSize = 32 << 20
	maxRatio = 100
	maxLinks = 20_000 // in one part
)

// errUnusual is a workbook that no spreadsheet program makes.
var errUnusual = errors.New("it is not an ordinary workbook")

func unusualError(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errUnusual}, args...)...)
}

// parts are the files inside a workbook (its package), by name in lower case.
type parts struct {
	list   []*zip.File
	byName map[string]*zip.File
}

// relation is a link from one part to another.
type relation struct {
	id, kind string
	target   string // name of the part
	external bool
}

func openParts(from io.ReaderAt, size int64) (*parts, error) {
	archive, err := zip.NewReader(from, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, err
	}
	p := &parts{list: archive.File, byName: make(map[string]*zip.File, len(archive.File))}
	total := uint64(0)
	for _, part := range p.list {
		name := partName(part.Name)
		if _, double := p.byName[name]; double {
			return nil, unusualError("it has two parts named %q", part.Name)
		}
		if total += part.UncompressedSize64; part.UncompressedSize64 > unzipLimit || total > unzipLimit {
			return nil, unusualError("it would unpack to more than %d GiB", unzipLimit>>30)
		}
		if err := checkPart(part); err != nil {
			return nil, err
		}
		p.byName[name] = part
	}
	return p, nil
}

// checkPart refuses what no spreadsheet program makes, but an attacker might.
func checkPart(part *zip.File) error {
	switch {
	case slices.Contains(strings.Split(partName(part.Name), "/"), ".."):
		return unusualError("the name of its part %q leads outside of it", part.Name)
	case part.Flags&1 != 0:
		return unusualError("its part %q is encrypted", part.Name)
	case part.UncompressedSize64 > safeSize && part.UncompressedSize64/maxRatio > part.CompressedSize64:
		return unusualError("its part %q would unpack to %d times its size", part.Name, part.UncompressedSize64/max(part.CompressedSize64, 1))
	}
	return nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (p *parts) has(name string) bool { return p.byName[partName(name)] != nil }

// open opens a part. Reading it to its end verifies its checksum.
func (p *parts) open(name string) (io.ReadCloser, error) {
	part := p.byName[partName(name)]
	if part == nil {
		return nil, fmt.Errorf("its part %q is missing", name)
	}
	content, err := part.Open()
	if err != nil {
		return nil, partError(name, err)
	}
	return content, nil
}

func partError(name string, err error) error { return fmt.Errorf("part %q: %w", name, err) }

// scan calls visit for every token of a part.
func (p *parts) scan(name string, visit func(*token) error) error {
	content, err := p.open(name)
	if err != nil {
		return err
	}
	defer content.Close()
	xml, err := newScanner(content)
	for err == nil {
		if err = xml.next(); err == nil {
			err = visit(&xml.token)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return partError(name, err)
}

// verify verifies the checksums of all parts except those named.
func (p *parts) verify(except ...string) error {
	for _, part := range p.list {
		if slices.Contains(except, partName(part.Name)) || strings.HasSuffix(part.Name, "/") {
			continue
		}
		content, err := p.open(part.Name)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, content)
		_ = content.Close()
		if err != nil {
			return partError(part.Name, err)
		}
	}
	return nil
}

// relations reads the links of a part, or of the workbook as a whole for "".
func (p *parts) relations(of string) ([]relation, error) {
	var all []relation
	err := p.scan(relationsOf(of), func(t *token) error {
		if t.is(startTag, "Relationship") {
			if len(all) == maxLinks {
				return fmt.Errorf("it has more than %d links", maxLinks)
			}
			all = append(all, relation{
				id: t.attr("Id"), kind: path.Base(t.attr("Type")),
				target:   resolve(of, t.attr("Target")),
				external: strings.EqualFold(t.attr("TargetMode"), "External"),
			})
		}
		return nil
	})
	return all, err
}

func relationsOf(part string) string {
	return path.Join(path.Dir(part), "_rels", path.Base("/"+part)+".rels")
}

// resolve returns the name of the part that a link, which may be relative, leads to.
func resolve(of, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = path.Join("/", path.Dir(of), target)
	}
	return strings.TrimPrefix(path.Clean(target), "/")
}

// firstTarget returns the first target of that kind, or "".
func firstTarget(all []relation, kind string) string {
	for _, r := range all {
		if r.kind == kind && !r.external {
			return r.target
		}
	}
	return ""
}

// edit changes a part token by token. It may write to out in front of a token, and returns
// true if what it wrote replaces the token.
type edit func(t *token, out *bytes.Buffer) bool

// edit returns a part with changes.
func (p *parts) edit(name string, change edit) ([]byte, error) {
	var out bytes.Buffer
	err := p.scan(name, func(t *token) error {
		if !change(t, &out) {
			out.Write(t.raw)
		}
		return nil
	})
	return out.Bytes(), err
}

// newZip returns a writer of zip archives. klauspost/compress compresses as well as the
// standard library in a third of the time.
func newZip(to io.Writer) *zip.Writer {
	w := zip.NewWriter(to)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, 5)
	})
	return w
}

// addPart adds a compressed part to an archive.
func addPart(w *zip.Writer, name string, content []byte) error {
	part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err == nil {
		_, err = part.Write(content)
	}
	return err
}
