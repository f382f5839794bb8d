"""The headings under which lists of people have what we ask for, in the languages of Europe.

They are compared folded: without accents, in Latin letters. Longer ones are recognised within a heading, too.
"""

from ranevents.directory.import_rules import Field

HEADINGS = {
    Field.GIVEN_NAME: """
        given name | first name | firstname | forename | given names | first names | name first | prénom | prénoms
        Vorname | Vornamen | Rufname | име | собствено име | лично име | nombre de pila | nombre | nombres | jméno
        křestní jméno | fornavn | fornavne | eesnimi | όνομα | nome | nome proprio | nome di battesimo | vārds
        vardas | keresztnév | utónév | voornaam | voornamen | roepnaam | imię | imiona | primeiro nome
        nome próprio | prenume | prenumele | krstné meno | meno | ime | lastno ime | osobno ime | etunimi | etunimet
        förnamn | tilltalsnamn | emri | emër | ad | adı | eiginnafn | імʼя | ім'я | имя | isem | ainm
    """,
    Field.FAMILY_NAME: """
        family name | last name | lastname | surname | name last | nom | nom de famille | Nachname | Familienname
        Zuname | фамилия | фамилно име | фамилно | apellido | apellidos | příjmení | efternavn | perekonnanimi
        επώνυμο | επίθετο | cognome | uzvārds | pavardė | vezetéknév | családnév | kunjom | achternaam | familienaam
        nazwisko | apelido | sobrenome | último nome | nume | numele de familie | nume de familie | priezvisko
        priimek | prezime | sukunimi | efternamn | etternavn | mbiemri | mbiemër | soyad | soyadı | презиме
        прізвище | eftirnafn | sloinne
    """,
    Field.FULL_NAME: """
        name | full name | fullname | whole name | participant | guest | invitee | name of participant | nom complet
        nom et prénom | nom prénom | prénom et nom | noms et prénoms | invité | vollständiger Name | Name Vorname
        Vor- und Nachname | Name und Vorname | Teilnehmer | Teilnehmerin | Gast | три имена | имена | пълно име
        име и фамилия | участник | гост | nombre completo | nombre y apellidos | apellidos y nombre | participante
        jméno a příjmení | celé jméno | navn | fulde navn | nimi | ees- ja perekonnanimi | ονοματεπώνυμο
        nome e cognome | cognome e nome | nominativo | nome completo | partecipante | vārds uzvārds
        vārds un uzvārds | vardas pavardė | vardas ir pavardė | név | teljes név | naam | volledige naam
        voor- en achternaam | deelnemer | imię i nazwisko | nazwisko i imię | uczestnik | nume și prenume
        nume prenume | numele și prenumele | meno a priezvisko | ime in priimek | ime i prezime | prezime i ime
        име и презиме | etu- ja sukunimi | koko nimi | namn | för- och efternamn | fullt navn | emri dhe mbiemri
        emri mbiemri | ad soyad | adı soyadı | прізвище та ім'я | фио
    """,
    Field.LATIN_GIVEN_NAME: """
        given name in Latin letters | Latin given name | first name Latin | given name Latin
        first name in Latin letters | prénom en lettres latines | prénom en caractères latins | prénom latin
        Vorname in Lateinschrift | Vorname lateinisch | Vorname in lateinischen Buchstaben | име на латиница
        име латиница | име (латиница) | όνομα με λατινικούς χαρακτήρες | όνομα λατινικά | име на латиници
        ime latinicom
    """,
    Field.LATIN_FAMILY_NAME: """
        family name in Latin letters | Latin family name | last name Latin | family name Latin | surname Latin
        surname in Latin letters | nom en lettres latines | nom en caractères latins | nom latin
        Nachname in Lateinschrift | Nachname lateinisch | Familienname in lateinischen Buchstaben
        Nachname in lateinischen Buchstaben | фамилия на латиница | фамилия латиница
        επώνυμο με λατινικούς χαρακτήρες | επώνυμο λατινικά | презиме на латиници | prezime latinicom
    """,
    Field.FORM_OF_ADDRESS: """
        form of address | title | salutation | honorific | civilité | titre | Anrede | Titel | обръщение | титла
        tratamiento | oslovení | titul | tiltale | titel | kõnetlus | tiitel | προσφώνηση | τίτλος | appellativo
        titolo | uzruna | kreipinys | megszólítás | titolu | aanhef | aanspreekvorm | forma grzecznościowa | tytuł
        tratamento | título | formulă de adresare | titlu | oslovenie | naziv | nagovor | puhuttelu | titteli
        tilltal | tittel | titulli | hitap | unvan | обраќање
    """,
    Field.EMAIL: """
        e-mail | email | mail | e-mail address | email address | mail address | electronic address | courriel
        adresse e-mail | adresse électronique | adresse mail | adresse email | mél | adresse de courriel
        E-Mail-Adresse | Emailadresse | Mailadresse | имейл | имейл адрес | ел. поща | електронна поща
        електронен адрес | е-поща | мейл | e-mejl | correo | correo electrónico | correo-e | e-mailová adresa
        mailadresse | e-post | e-posti aadress | meiliaadress | ηλεκτρονικό ταχυδρομείο | ηλ. ταχυδρομείο
        διεύθυνση email | indirizzo e-mail | indirizzo email | posta elettronica | e-pasts | e-pasta adrese
        el. paštas | el. pašto adresas | e-mail cím | indirizz elettroniku | e-mailadres | mailadres | adres e-mail
        adres email | poczta elektroniczna | endereço de e-mail | correio eletrónico | endereço eletrónico
        adresă de e-mail | adresa de email | poștă electronică | e-poštni naslov | e-pošta | elektronska pošta
        e-adresa | adresa e-pošte | sähköposti | sähköpostiosoite | e-postadress | e-postadresse | emaili
        adresa elektronike | e-posta | е-маил | електронска адреса | netfang | електронна адреса
    """,
    Field.ORGANISATION: """
        organisation | organization | institution | company | employer | affiliation | agency | ministry | organisme
        structure | employeur | établissement | Einrichtung | Firma | Behörde | Arbeitgeber | Dienststelle | Träger
        Amt | организация | институция | учреждение | фирма | месторабота | служба | ведомство | organización
        institución | organismo | entidad | empresa | organizace | instituce | zaměstnavatel | úřad
        organisation/institution | arbejdsgiver | asutus | organisatsioon | tööandja | οργανισμός | φορέας
        υπηρεσία | organizzazione | ente | istituzione | azienda | organizācija | iestāde | organizacija | įstaiga
        institucija | szervezet | intézmény | munkáltató | organizzazzjoni | organisatie | instelling | instantie
        werkgever | organizacja | instytucja | firma | urząd | organização | instituição | entidade | organizație
        instituție | instituția | organizácia | inštitúcia | ustanova | organizacija/ustanova | poslodavac
        organisaatio | laitos | työnantaja | arbetsgivare | myndighet | arbeidsgiver | organizata | institucioni
        kurum | kuruluş | организација | институција | установа | організація | stofnun | eagraíocht
    """,
    Field.POSITION: """
        position | job title | function | role | job | occupation | rank | fonction | poste | qualité | Funktion
        Stelle | Beruf | Amtsbezeichnung | Position | длъжност | позиция | функция | професия | cargo | puesto
        función | funkce | pozice | pracovní pozice | stilling | stillingsbetegnelse | ametikoht | amet | θέση
        ιδιότητα | carica | qualifica | ruolo | funzione | amats | ieņemamais amats | pareigos | beosztás | munkakör
        pożizzjoni | functie | funktie | stanowisko | funkcja | função | funcție | funcția | funcția ocupată
        funkcia | pozícia | funkcija | položaj | delovno mesto | radno mjesto | radno mesto | asema | tehtävä
        tehtävänimike | befattning | funktion | pozita | pozicioni | görev | позиција | работно место | функција
        радно место | посада
    """,
    Field.COUNTRY: """
        country | country code | state | nation | country of residence | member state | pays | code pays | État
        Land | Länderkürzel | Staat | Herkunftsland | държава | страна | код на държавата | país | Estado | země
        stát | riik | χώρα | paese | stato | valsts | šalis | ország | pajjiż | landcode | kraj | państwo | țară
        țara | krajina | štát | država | zemlja | maa | valtio | vendi | shteti | ülke | земја | држава | країна
        tír
    """,
    Field.SECTOR: """
        sector | field | secteur | domaine | secteur d'activité | Sektor | Bereich | Arbeitsbereich
        Tätigkeitsbereich | Arbeitsfeld | сектор | област | сфера | sektor | obor | oblast | område | valdkond
        τομέας | settore | ambito | nozare | joma | sektorius | sritis | ágazat | terület | szektor | settur
        branża | obszar | setor | área | domeniu | sectorul | oblasť | področje | područje | sektori | ala | bransch
        bransje | fusha | sektör | област на работа | галузь
    """,
    Field.SIDE: """
        side | policy or practice | policy practice | policy/practice | côté | politique ou pratique
        politique pratique | Seite | Perspektive | Politik oder Praxis | Politik Praxis | страна в разговора
        политика или практика | политика практика | перспектива | política o práctica | política ou prática
        politica o pratica | politika nebo praxe | politika alebo prax | politika ili praksa | politika ali praksa
        polityka czy praktyka | polityka lub praktyka | beleid of praktijk | politik eller praksis
        politik eller praktik | politică sau practică | πολιτική ή πράξη | politika vai prakse
        politika ar praktika
    """,
    Field.LANGUAGE: """
        language | preferred language | correspondence language | language of correspondence | working language
        langue | langue de correspondance | langue préférée | Sprache | Korrespondenzsprache | bevorzugte Sprache
        език | език на кореспонденция | предпочитан език | idioma | lengua | jazyk | sprog | keel | γλώσσα | lingua
        valoda | kalba | nyelv | lingwa | taal | język | língua | limba | limbă | jezik | kieli | språk | gjuha
        dil | јазик | језик | мова | tungumál
    """,
}
