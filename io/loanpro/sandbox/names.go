package sandbox

import "strings"

// names are the parts people, companies and addresses are put together from.
type names struct {
	given, family, trades, legal, streets, ways []string
	towns                                       []town
}

type town struct {
	city, state string
	zip         int // the first of about twenty
}

func newNames() names {
	return names{
		given:   strings.Fields(givenNames),
		family:  strings.Split(strings.ReplaceAll(familyNames, "\n", "")+"|"+partedNames, "|"),
		trades:  strings.Split(tradeNames, "|"),
		legal:   []string{"LLC", "Inc.", "L.L.C.", "Corp.", "Co.", "LP", ""},
		streets: strings.Split(streetNames, "|"),
		ways:    []string{"St", "Ave", "Ln", "Rd", "Dr", "Blvd", "Ct", "Way"},
		towns:   towns(),
	}
}

const givenNames = `
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica
Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Margaret Mark Sandra Donald Ashley
Steven Kimberly Paul Emily Andrew Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Dorothy George Melissa
Timothy Deborah Ronald Stephanie Edward Rebecca Jason Sharon Jeffrey Laura Ryan Cynthia Jacob Kathleen Gary Amy
Nicholas Angela Eric Shirley Jonathan Anna Stephen Brenda Larry Pamela Justin Emma Scott Nicole Brandon Helen
Benjamin Samantha Samuel Katherine Gregory Christine Alexander Debra Frank Rachel Patrick Carolyn Raymond Janet
Jack Maria Dennis Heather Jerry Diane Tyler Olivia Aaron Julie Jose Joyce Adam Victoria Nathan Ruth Henry Virginia
Bob Bill Peggy Liz Kate Katie Mike Jim Tom Beth Chuck Alex Chris Pat Sam Bobby Jimmy Tony Maggie Sue
José María Zoë Chloé Renée André François Björn Søren Łukasz Małgorzata Jürgen Siân Seán Núria Iñaki Ángel Raúl
Jean-Claude Mary-Ann Anne-Marie Juan-Carlos D'Angelo De'Andre Ta'Nisha Nguyệt Thị İbrahim Gökçe Oğuz Yıldız
Mohammed Muhammad Fatima Aisha Ahmed Omar Leila Priya Raj Anil Sanjay Wei Mei Li Jing Hiroshi Yuki Kenji Sakura
Minh Linh Kofi Ama Kwame Chidi Ngozi Olga Ivan Dmitri Natasha Sergei Brett Jo Al Bo Ng Ty Ed`

const familyNames = `
Smith|Johnson|Williams|Brown|Jones|Garcia|Miller|Davis|Rodriguez|Martinez|Hernandez|Lopez|Gonzalez|Wilson|Anderson|
Thomas|Taylor|Moore|Jackson|Martin|Lee|Perez|Thompson|White|Harris|Sanchez|Clark|Ramirez|Lewis|Robinson|Walker|
Young|Allen|King|Wright|Scott|Torres|Nguyen|Hill|Flores|Green|Adams|Nelson|Baker|Hall|Rivera|Campbell|Mitchell|
Carter|Roberts|Gomez|Phillips|Evans|Turner|Diaz|Parker|Cruz|Edwards|Collins|Reyes|Stewart|Morris|Morales|Murphy|
Cook|Rogers|Gutierrez|Ortiz|Morgan|Cooper|Peterson|Bailey|Reed|Kelly|Howard|Ramos|Kim|Cox|Ward|Richardson|Watson|
Brooks|Chavez|Wood|James|Bennett|Gray|Mendoza|Ruiz|Hughes|Price|Alvarez|Castillo|Sanders|Patel|Myers|Long|Ross|
Foster|Jimenez|Powell|Jenkins|Perry|Russell|Sullivan|Bell|Coleman|Butler|Henderson|Barnes|Fisher|Vasquez|Simmons|
Stevens|Jordan|Graham|Reynolds|Hamilton|Ford|Wallace|West|Cole|Owens|Fox|Ho|Do|Ma|Wu|Ng|Vo|Oh|Junior|Null|Test|
O'Brien|O’Neill|O'Connor|D'Angelo|N'Diaye|McDonald|MacDonald|McCarthy|St.John|Smith-Jones|Garcia-Lopez|
Taylor-Wright|Al-Rashid|Fitz-Gerald|García|Muñoz|Núñez|Peña|Ibáñez|Gómez|Müller|Mueller|Schröder|Weiß|Weiss|
Groß|Strauß|Larsson|Sjögren|Åkesson|Ødegård|Sørensen|Łukasiewicz|Wójcik|Dvořák|Novák|Šimić|Đorđević|Çelik|Şahin|
Yıldırım|Öztürk|Lefèvre|Bérubé|Côté|Nguyễn|Trần|Phạm|Yamamoto|Tanaka|Suzuki|Watanabe|Chen|Wang|Zhang|Liu|Singh|
Kaur|Khan|Ahmed|Okafor|Adeyemi|Mensah|Diallo|Petrov|Ivanov|Smirnova|Kowalski|Papadopoulos|Rossi|Ferrari|Silva|
Santos|Oliveira|Souza|Costa|Frost|Adler|Becker|Schmidt|Schneider|Fischer|Weber|Wagner|Hoffmann|Koch|Bauer|Klein`

// partedNames are family names of several words.
const partedNames = `de la Cruz|De La Rosa|van der Berg|Van Dyke|von Braun|St. James|Saint James|bin Laith|da Silva|` +
	`Dos Santos|García Márquez|Garcia Lopez|Ó Briain|Mac Donald|Le Blanc|LeBlanc|Di Pietro`

const tradeNames = `Auto Sales|Holdings|Motors|Used Cars & Trucks|Farm Supply|Fund 1|Fund 2|Trucking|Properties|` +
	`Landscaping|Brothers|& Sons|Roofing|Medical Group|Bakery|Towing`

const streetNames = `Oak|Maple|Cedar|Pine|Elm|Washington|Lincoln|Jefferson|Lake|Hill|Main|Park|First|Second|Third|` +
	`Sunset|River|Spring|Church|Mill|Martin Luther King Jr|St. Charles|O'Hare|Peña|Camino Real|Country Club|N 5th|SW 112th`

func towns() []town {
	return []town{
		{"Salt Lake City", "UT", 84101}, {"Provo", "UT", 84601}, {"Benicia", "CA", 94510}, {"San José", "CA", 95110},
		{"Los Angeles", "CA", 90001}, {"Austin", "TX", 78701}, {"Houston", "TX", 77002}, {"El Paso", "TX", 79901},
		{"Phoenix", "AZ", 85003}, {"Denver", "CO", 80202}, {"Boise", "ID", 83702}, {"Las Vegas", "NV", 89101},
		{"Miami", "FL", 33101}, {"Tampa", "FL", 33602}, {"Atlanta", "GA", 30303}, {"Charlotte", "NC", 28202},
		{"Newark", "NJ", 7102}, {"Jersey City", "NJ", 7302}, {"Boston", "MA", 2108}, {"Hartford", "CT", 6103},
		{"Providence", "RI", 2903}, {"Burlington", "VT", 5401}, {"Portland", "ME", 4101}, {"New York", "NY", 10001},
		{"Buffalo", "NY", 14201}, {"Pittsburgh", "PA", 15219}, {"Chicago", "IL", 60601}, {"Detroit", "MI", 48201},
		{"St. Louis", "MO", 63101}, {"Coeur d'Alene", "ID", 83814}, {"Seattle", "WA", 98101}, {"Honolulu", "HI", 96813},
	}
}
