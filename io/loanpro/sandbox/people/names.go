package people

import "strings"

// nameParts are the parts of the names of people and companies, and of
// addresses.
type nameParts struct {
	given, family                distribution
	trades, legal, streets, ways []string
	towns                        []town
}

type town struct {
	city, state string
	zip         int // the first of about twenty
}

func newNameParts() nameParts {
	return nameParts{
		given:   byRank(strings.Fields(givenNames+moreGivenNames), givenSpread),
		family:  surnames(),
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

// moreGivenNames are rarer than givenNames.
const moreGivenNames = `
Abigail Adrian Agnes Aiden Alan Albert Alberto Alejandra Alejandro Alfred Alice Alicia Allison Alyssa Amber Amelia Ana
Andrea Anita Annie Antonio April Arlene Arthur Ava Beatrice Bernard Bernice Bertha Bethany Beverly Blake Bonnie Bradley
Brandi Brianna Bruce Bryan Caleb Calvin Cameron Carl Carla Carlos Carmen Caroline Casey Cassandra Catherine Cecilia
Charlene Charlotte Chelsea Cheryl Chester Christian Christina Christy Claire Clara Clarence Claude Clifford Clinton Clyde
Cody Colleen Connie Corey Courtney Craig Crystal Curtis Daisy Dale Dana Danielle Darlene Darrell Darren Dawn Dean Deanna
Derek Derrick Destiny Diana Diego Dolores Dominic Don Dora Doris Douglas Duane Dustin Dwayne Dylan Earl Eddie Edgar Edith
Edna Eduardo Edwin Eileen Elaine Eleanor Elena Eli Elijah Ella Ellen Elmer Elsie Emilio Enrique Erica Erik Erin Ernest
Esther Ethan Ethel Eugene Eva Evan Evelyn Felicia Felix Fernando Florence Floyd Frances Francis Francisco Franklin Fred
Frederick Gabriel Gail Gene Georgia Gerald Geraldine Gilbert Gina Gladys Glenn Gloria Gordon Grace Grant Greg Guadalupe
Guillermo Harold Harriet Harry Harvey Hazel Hector Heidi Herbert Herman Holly Howard Hugo Ian Ida Irene Iris Isaac Isabel
Isabella Isaiah Ivy Jackie Jackson Jaime Jake Jamie Jan Jane Janice Jared Jasmine Javier Jay Jean Jeanette Jeff Jeffery
Jenna Jenny Jeremiah Jeremy Jerome Jesse Jesus Jill Jim Joan Joann Joanna Joanne Joel Joey Johanna Johnny Jon Jordan Jorge
Josephine Joy Juan Juana Juanita Judith Judy Julia Julian Juliana Julio June Kaitlyn Kara Kari Karla Kathryn Kathy Katrina
Kay Kayla Keith Kelly Kelsey Kendra Kent Kerry Kirk Kristen Kristin Kristina Kurt Kyle Lance Latoya Lauren Laurie Lawrence
Leah Lee Lena Leo Leon Leonard Leroy Leslie Lester Lewis Lillian Lindsay Lindsey Lloyd Logan Lois Lonnie Lori Lorraine
Louis Louise Lucas Lucille Lucy Luis Luke Luz Lydia Lynn Mabel Mackenzie Madison Manuel Marc Marcia Marco Marcus Margarita
Marian Marie Marilyn Mario Marion Marjorie Marlene Marsha Marshall Martha Martin Marvin Mathew Maureen Maurice Max Maxine
Megan Melanie Melinda Melvin Mercedes Michele Miguel Mildred Milton Mindy Minnie Miranda Misty Mitchell Molly Monica
Morgan Myra Myrtle Nadine Naomi Natalie Nathaniel Neil Nelson Nick Nina Noah Noel Nora Norma Norman Oliver Opal Oscar
Paige Patsy Paula Pauline Pearl Pedro Penny Perry Peter Philip Phillip Phyllis Preston Rafael Ralph Ramon Ramona Randall
Randy Raul Ray Rebekah Regina Renee Rene Rhonda Ricardo Rick Ricky Rita Robin Rodney Roger Roland Roman Ron Ronnie Rosa
Rosalie Rose Rosemary Roxanne Roy Ruben Ruby Russell Sabrina Sally Salvador Samuel Santiago Sara Savannah Sean Sergio Seth
Shane Shannon Shaun Shawn Sheila Shelby Shelia Sherri Sherry Sidney Sierra Simon Sofia Sonia Sophia Spencer Stacey Stacy
Stanley Stella Stuart Summer Suzanne Sylvia Tamara Tammy Tanya Tara Taylor Ted Teresa Terri Terry Thelma Theodore Theresa
Tiffany Tina Todd Tracy Travis Trevor Troy Tyrone Valerie Vanessa Vera Vernon Veronica Vicki Vickie Victor Vincent Viola
Violet Vivian Wade Wallace Walter Wanda Warren Wayne Wendell Wendy Wesley Willie Wilma Xavier Yolanda Yvette Yvonne Zachary
`

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

// surnamesOfSeveralWords are separated by bars.
const surnamesOfSeveralWords = `de la Cruz|De La Rosa|van der Berg|Van Dyke|von Braun|St. James|Saint James|bin Laith|da Silva|` +
	`Dos Santos|García Márquez|Garcia Lopez|Ó Briain|Mac Donald|Le Blanc|LeBlanc|Di Pietro`

// surnameParts combine: each beginning with each end.
type surnameParts struct{ begins, ends string }

func composedSurnames() []surnameParts {
	return []surnameParts{
		{`Ab Al Ash Bar Bel Ber Bran Brad Burn Cal Chad Clay Col Cran Dal Dar Den Dun East Ed El Fair Far Fen Gar Gil Gran Hal
			Ham Har Hart Hat Hay Hol Horn Hum Hunt Kel Ken Kil Kings Lam Lan Lang Lath Lin Lock Mar Mel Mer Mil Mor Nor North
			Old Os Par Pem Pen Pick Ral Ran Red Rich Rock Ros Ruther Sal Shel Sher Sid Stan Stock Sut Tan Thorn Tram Up Wal War
			Wat Wes Whit Wil Win Wood Wor`,
			`ton ham ley well ford field land worth wood man son er ing by den ell wick bury croft shaw stead more dale stone mont
			combe hurst brook gate ridge leigh bourne cliff`},
		{`Kow Nov Wis Lew Kam Ziel Szym Dab Koz Jan Maz Krawcz Bor Gor Pol Ryb Sok Wron`, `alski ecki owski icz czyk iak ak`},
		{`Bar Bel Cal Car Con Des Fer Gal Lom Man Mar Pel Ric Ros San Ser Tor Val Vit`,
			`etti ini elli one ano ardi acci ola isi etta`},
		{`Al Bar Cas Del Esp Fuen Gal Her Lar Mal Mon Pal Quin Sal Val Vill`,
			`ado ales anca anos arez ero eda illo ina osa`},
		{`Acker Bach Baum Berg Blum Brau Eber Eisen Feld Gold Grün Hart Kauf Klein Lich Neu Ober Rosen Schön Stein Wein`,
			`mann hardt meier müller stein berg bach feld thal hauer`},
	}
}

const tradeNames = `Auto Sales|Holdings|Motors|Used Cars & Trucks|Farm Supply|Fund 1|Fund 2|Trucking|Properties|` +
	`Landscaping|Brothers|& Sons|Roofing|Medical Group|Bakery|Towing|Fund 3|Family Trust|Living Trust|Builders|Logistics`

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
