package loanpro

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Details is what LoanPro says of a customer, as it writes it; empty where it
// says nothing.
type Details struct {
	Name                string // the customer's, whole: a person's or a company's
	First, Middle, Last string
	Suffix              string // such as "jr", of customer.generationCode.jr
	Company             string
	Kind                string // customer.type.individual, .company, …
	Email               string
	Phone               string
	Birth               string // such as "/Date(1043193600)/"
	SSN                 string // masked in a search's own documents
	Zip                 string
	CustomID            string // the lender's own number
}

// fill takes over from other what is not known yet.
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
	d.CustomID = cmp.Or(d.CustomID, other.CustomID)
}

// complete makes up the name where LoanPro gives parts of it alone.
func (d *Details) complete() {
	person := strings.TrimSpace(d.First + " " + d.Last)
	d.Name = cmp.Or(d.Name, person, d.Company)
}

// person reports whether it has what a person is asked for by.
func (d *Details) person() bool { return searchable(d.First) && searchable(d.Last) }

// customerFields is what documents say of a customer. What customerName is made of is
// not documented. The names and the custom ID, by which a customer is asked for,
// must be texts, as a display ID must; of the rest, what is no text is left out:
// a phone may be a list, where a customer is expanded.
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
		Suffix: generation(string(p.Suffix)), Company: string(p.Company), Kind: string(p.Kind),
		Email: string(p.Email), Phone: string(p.Phone), Birth: string(p.Birth), SSN: string(p.SSN),
		Zip: string(cmp.Or(p.Address.Zip, p.Zip)), CustomID: p.CustomID.text,
	}
}

// generation reads customer.generationCode.jr (seen in public code).
func generation(code string) string {
	suffix := code[strings.LastIndexByte(code, '.')+1:]
	if suffix == "none" {
		return ""
	}
	return suffix
}

// remark is a text as far as it is one.
type optionalText string

func (r *optionalText) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	raw, err := from.ReadValue()
	said, _ := scalar(raw)
	*r = optionalText(said)
	return err
}

// address is the part of an address that is used; of none, nothing is known.
type address struct {
	Zip optionalText `json:"zipcode"`
}

func (a *address) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	type object address
	*a = address{}
	return readObject(from, (*object)(a))
}
