package delivery

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// rowKey names an open row in the output and in the report of a run, wherever the
// row is moved: the run, the row, and a check of what the row asked before it was
// corrected. It is made of small consonants, which no spreadsheet takes for a
// number, a date or a word.
type rowKey struct{ run, row, check string }

const (
	consonants  = "bcdfghjklmnpqrstvwxz"
	runLetters  = 7 // 1.3 billion runs
	checkLength = 5 // another row passes for this one once in 3.2 million times
)

// String is the text of the key; that of none is empty.
func (k rowKey) String() string {
	if k == (rowKey{}) {
		return ""
	}
	return k.run + "-" + k.row + "-" + k.check
}

// readRowKey reads a cell that may hold the text of a key.
func readRowKey(cell string) rowKey {
	parts := strings.Split(strings.ToLower(match.Clean(cell)), "-")
	if len(parts) != 3 || len(parts[0]) != runLetters || len(parts[2]) != checkLength || parts[1] == "" {
		return rowKey{}
	}
	if strings.Trim(strings.Join(parts, ""), consonants) != "" {
		return rowKey{}
	}
	return rowKey{parts[0], parts[1], parts[2]}
}

// letters writes a number in letters, at least as many as least.
func letters(n uint64, least int) string {
	var text []byte
	for ; n > 0 || len(text) < least; n /= uint64(len(consonants)) {
		text = append(text, consonants[n%uint64(len(consonants))])
	}
	return string(text)
}

// lettersOf writes the beginning of a digest in length letters.
func lettersOf(sum [sha256.Size]byte, length int) string {
	return letters(binary.LittleEndian.Uint64(sum[:]), length)[:length]
}

// mark names the run in its row keys. Runs that read the same rows, by the same kind
// of ID and of one tenant, have the same mark: a row of one is that row of the other.
func (in *Reading) mark() (string, error) {
	source := in.Reader.Source()
	text, err := json.Marshal(struct {
		Digest, Sheet string
		HeaderRow     int
		Header        []string
		By            int // as LoanPro's field is numbered: keys of earlier runs hold it
		Tenant        string
	}{in.Digest, source.Sheet, source.HeaderRow, in.Reader.Header(), int(in.Columns.Kind.Key), in.Tenant})
	if err != nil {
		return "", fmt.Errorf("naming the run: %w", err)
	}
	return lettersOf(sha256.Sum256(text), runLetters), nil
}

// newRowKey returns the key of a row that starts at line of the input.
func newRowKey(run string, line int, asked string) rowKey {
	k := rowKey{run: run, row: letters(uint64(line), 1)}
	k.check = k.checkOf(asked)
	return k
}

// holds reports whether the key is of a row that asks this.
func (k rowKey) holds(asked string) bool { return k.check == k.checkOf(asked) }

func (k rowKey) checkOf(asked string) string {
	return lettersOf(sha256.Sum256([]byte(k.run+"-"+k.row+"-"+asked)), checkLength)
}

// askedBy returns what cells ask, without what a spreadsheet may change in them:
// signs, upper and lower case, leading zeros.
func askedBy(cells ...string) string {
	var text strings.Builder
	for _, cell := range cells {
		text.WriteString(strings.TrimLeft(question.Reduce(match.LooseKey(cell)), "0"))
		text.WriteByte(0)
	}
	return text.String()
}
