package directory

import (
	"encoding/binary"

	"loanmap/io/loanpro"
)

// The flags of a packed record.
const (
	numericID = 1 << iota
	archived
	deleted
	temporary
)

// pack appends a record to a buffer.
func pack(to []byte, h *loanpro.Hit) []byte {
	to = binary.AppendVarint(to, h.ID)
	to = append(to, flag(h.NumericID, numericID)|flag(h.Archived, archived)|flag(h.Deleted, deleted)|flag(h.Temporary, temporary))
	to = packTexts(to, &h.DisplayID, &h.Status)
	to = packTexts(to, fields(&h.Details)...)
	to = binary.AppendUvarint(to, uint64(len(h.Customers)))
	for i := range h.Customers {
		c := &h.Customers[i]
		to = binary.AppendVarint(to, c.ID)
		to = packTexts(to, &c.Role)
		to = packTexts(to, fields(&c.Details)...)
	}
	return to
}

func flag(is bool, bit byte) byte {
	if is {
		return bit
	}
	return 0
}

func packTexts(to []byte, texts ...*string) []byte {
	for _, text := range texts {
		to = binary.AppendUvarint(to, uint64(len(*text)))
		to = append(to, *text...)
	}
	return to
}

// fields are the fields of a customer, in the order in which they are packed.
func fields(d *loanpro.Details) []*string {
	return []*string{
		&d.Name, &d.First, &d.Middle, &d.Last, &d.Suffix, &d.Company, &d.Kind, &d.Email,
		&d.Phone, &d.Birth, &d.SSN, &d.Zip, &d.City, &d.State, &d.CustomID,
	}
}

// unpacker reads what pack has written. Texts are parts of the packed text.
type unpacker struct{ rest string }

func (u *unpacker) hit() (h loanpro.Hit) {
	h.ID = u.varint()
	flags := u.rest[0]
	u.rest = u.rest[1:]
	h.NumericID, h.Archived, h.Deleted, h.Temporary = flags&numericID != 0, flags&archived != 0, flags&deleted != 0, flags&temporary != 0
	u.texts(&h.DisplayID, &h.Status)
	u.texts(fields(&h.Details)...)
	for range u.uvarint() {
		c := loanpro.Customer{ID: u.varint()}
		u.texts(&c.Role)
		u.texts(fields(&c.Details)...)
		h.Customers = append(h.Customers, c)
	}
	return h
}

func (u *unpacker) texts(into ...*string) {
	for _, text := range into {
		size := u.uvarint()
		*text, u.rest = u.rest[:size], u.rest[size:]
	}
}

// maxVarint is as many bytes as a packed number has at most.
const maxVarint = binary.MaxVarintLen64

func (u *unpacker) varint() int64 {
	n, size := binary.Varint([]byte(u.rest[:min(len(u.rest), maxVarint)]))
	u.rest = u.rest[size:]
	return n
}

func (u *unpacker) uvarint() uint64 {
	n, size := binary.Uvarint([]byte(u.rest[:min(len(u.rest), maxVarint)]))
	u.rest = u.rest[size:]
	return n
}
