package loanpro

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Details are the fields of a customer exactly as LoanPro writes them; empty
// where it gives none.
type Details struct {
	Name                string // full name of a person or a company
	First, Middle, Last string
	Suffix              string // such as "jr", from customer.generationCode.jr
	Company             string
	Kind                string // customer.type.individual, .company, …
	Email               string
	Phone               string
	Birth               string // such as "/Date(1043193600)/"
	SSN                 string // masked in search documents
	Zip, City           string
	State               string // such as "CA", from geo.state.CA
	CustomID            string // the lender's own number
}

// fill copies from other the fields that are still empty.
func (d *Details) fill(other *Details) {
	d.Name = cmp.Or(d.Name, other.Name)
	d.First = cmp.Or(d.First, other.First)
	d.Middle = cmp.Or(d.Middle, other.Middle)
	d.Last = cmp.Or(d.Last, other.Last)
	d.Suffix = cmp.Or(d.Suffix, other.Suffix)
	d.Company = cmp.Or(d.Company, other.Company)
	d.Kind = cmp.Or(d.Kind, other.Kind)
	d.Email = cmp.Or(d.Email, other.Email)
	d.Phone = cmp.Or(d.Phone, other.Phone)
	d.Birth = cmp.Or(d.Birth, other.Birth)
	d.SSN = cmp.Or(d.SSN, other.SSN)
	d.Zip = cmp.Or(d.Zip, other.Zip)
	d.City = cmp.Or(d.City, other.City)
	d.State = cmp.Or(d.State, other.State)
	d.CustomID = cmp.Or(d.CustomID, other.CustomID)
}

// complete builds the full name if LoanPro gives only its parts.
func (d *Details) complete() {
	person := strings.TrimSpace(d.First + " " + d.Last)
	d.Name = cmp.Or(d.Name, person, d.Company)
}

// person reports whether there is a first and a last name to search for.
func (d *Details) person() bool { return searchable(d.First) && searchable(d.Last) }

// customerFields are the fields of a customer in a document. What LoanPro
// builds customerName from is not documented. The names and the custom ID must
// be texts or numbers, because searches use them. Other fields that are not are
// left empty: the phone of an expanded customer may be a list.
type customerFields struct {
	Whole    text       `json:"customerName"`
	First    text       `json:"firstName"`
	Middle   text       `json:"middleName"`
	Last     text       `json:"lastName"`
	Company  text       `json:"companyName"`
	CustomID identifier `json:"customId"`

	Suffix  optionalText `json:"generationCode"`
	Kind    optionalText `json:"customerType"`
	Email   optionalText `json:"email"`
	Phone   optionalText `json:"primaryPhone"`
	Birth   optionalText `json:"birthDate"`
	SSN     optionalText `json:"ssn"`
	Address address      `json:"primaryAddress"`
	Zip     optionalText `json:"zipcode"`
}

func (p *customerFields) details() Details {
	return Details{
		Name: string(p.Whole), First: string(p.First), Middle: string(p.Middle), Last: string(p.Last),
		Suffix: lastPart(string(p.Suffix)), Company: string(p.Company), Kind: string(p.Kind),
		Email: string(p.Email), Phone: string(p.Phone), Birth: string(p.Birth), SSN: string(p.SSN),
		Zip: string(cmp.Or(p.Address.Zip, p.Zip)), City: string(p.Address.City), State: lastPart(string(p.Address.State)), CustomID: p.CustomID.text,
	}
}

// lastPart returns the last part of customer.generationCode.jr (seen in public code)
// or of geo.state.CA (LoanPro docs); "none" is empty.
func lastPart(code string) string {
	suffix := code[strings.LastIndexByte(code, '.')+1:]
	if suffix == "none" {
		return ""
	}
	return suffix
}

// optionalText is a text, or empty if the value has another type.
type optionalText string

func (r *optionalText) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	raw, err := from.ReadValue()
	content, _ := scalar(raw)
	*r = optionalText(content)
	return err
}

// address is the part of an address that is used. Anything but an object is
// empty.
type address struct {
	City  optionalText `json:"city"`
	State optionalText `json:"state"`
	Zip   optionalText `json:"zipcode"`
}

func (a *address) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	type object address
	*a = address{}
	return readObject(from, (*object)(a))
}
