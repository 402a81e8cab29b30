package directory

import (
	"slices"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Directory is all records of one kind of a tenant. Records are numbered in the order in
// which they were added. It is safe for concurrent use once it is complete.
type Directory struct {
	texts func(*loanpro.Hit) []string
	pages []string // packed records
	at    []place  // of each record

	words    words
	named    []uint32 // numbers of the words of names, one record after another
	namedEnd []uint32 // of each record, in named
	byWord   []uint32 // records, one word after another
	wordEnd  []uint32 // of each word, in byWord

	exact index // by text, and by evidence
}

// place is where a record is packed.
type place struct{ page, offset uint32 }

// New returns an empty directory. texts returns the texts by which a record is found,
// in addition to its name and its evidence, see [Directory.WithText].
func New(texts func(*loanpro.Hit) []string) *Directory {
	return &Directory{texts: texts, words: newWords(), exact: newIndex()}
}

// MaxRecords is how many records a directory takes: more would need too much memory.
const MaxRecords = 1_200_000

// Add adds records that are not in the directory, and keeps nothing of hits. Beyond
// MaxRecords it adds nothing.
func (d *Directory) Add(hits []loanpro.Hit) {
	if len(d.at)+len(hits) > MaxRecords {
		return
	}
	var page []byte
	for i := range hits {
		d.at = append(d.at, place{uint32(len(d.pages)), uint32(len(page))})
		page = pack(page, &hits[i])
		d.index(&hits[i], uint32(len(d.at)-1))
	}
	d.pages = append(d.pages, string(page))
}

// index notes by what a record is found.
func (d *Directory) index(h *loanpro.Hit, record uint32) {
	for _, text := range d.texts(h) {
		d.exact.add(text, record)
	}
	known := question.EvidenceOf(&h.Details)
	for _, key := range evidenceKeys(&known) {
		d.exact.add(key, record)
	}
	parts := question.NamePartsOf(&h.Details)
	for _, word := range match.FoldedWords(parts.Whole, parts.First, parts.Middle, parts.Last, parts.Company) {
		number := d.words.number(word)
		if !slices.Contains(d.wordsSince(record), number) {
			d.named = append(d.named, number)
		}
	}
	d.namedEnd = append(d.namedEnd, uint32(len(d.named)))
}

// wordsSince returns the words of the record that is being added.
func (d *Directory) wordsSince(record uint32) []uint32 {
	if record == 0 {
		return d.named
	}
	return d.named[d.namedEnd[record-1]:]
}

// Complete ends adding. It sorts the indexes.
func (d *Directory) Complete() {
	d.exact.sort()
	d.words.complete()
	d.named, d.namedEnd, d.at = slices.Clip(d.named), slices.Clip(d.namedEnd), slices.Clip(d.at)
	d.wordEnd = make([]uint32, len(d.words.spelled))
	for _, word := range d.named {
		d.wordEnd[word]++
	}
	var end uint32
	for word, count := range d.wordEnd {
		d.wordEnd[word] = end // where the word begins, for now
		end += count
	}
	d.byWord = make([]uint32, end)
	for record := range d.at {
		for _, word := range d.wordsOf(uint32(record)) {
			d.byWord[d.wordEnd[word]] = uint32(record)
			d.wordEnd[word]++
		}
	}
}

// Len returns how many records there are.
func (d *Directory) Len() int { return len(d.at) }

// Hit returns a record by its number.
func (d *Directory) Hit(record uint32) loanpro.Hit {
	at := d.at[record]
	u := unpacker{d.pages[at.page][at.offset:]}
	return u.hit()
}

// Hits returns records by their numbers.
func (d *Directory) Hits(records []uint32) []loanpro.Hit {
	hits := make([]loanpro.Hit, len(records))
	for i, record := range records {
		hits[i] = d.Hit(record)
	}
	return hits
}

// WithText returns the records that have a text, and perhaps others.
func (d *Directory) WithText(text string) []uint32 { return d.exact.find(nil, text) }

// wordsOf returns the words of a record's name.
func (d *Directory) wordsOf(record uint32) []uint32 {
	var begin uint32
	if record > 0 {
		begin = d.namedEnd[record-1]
	}
	return d.named[begin:d.namedEnd[record]]
}

// withWord returns the records that have a word in their name.
func (d *Directory) withWord(word uint32) []uint32 {
	var begin uint32
	if word > 0 {
		begin = d.wordEnd[word-1]
	}
	return d.byWord[begin:d.wordEnd[word]]
}
