"""What people write where they work, and for which side: the words of Europe's languages, as they stand in lists.

Languages in the order of the EU's Interinstitutional Style Guide where they matter; words of the same spelling stand
once. They are compared folded: without accents, in Latin letters.
"""

from collections.abc import Iterator, Mapping

from ranevents.core import names
from ranevents.people.models import Sector, Side

_SECTORS = {
    Sector.POLICY: """
        policy maker | policymaker | policy makers | government | ministry | central government
        public administration | politique | gouvernement | ministère | Politik | Regierung | Ministerium | политика
        правителство | министерство | ministerio | gobierno | ministero | governo | ministério | ministerie
        overheid | ministerstwo | rząd | ministerstvo | vláda | ministarstvo | vlada | vlada RH | minister | guvern
        minisztérium | kormány | υπουργείο | departementet | regeringen | ministeriet | ministeriö | ministeerium
        ministrija | ministerija | ministri | влада
    """,
    Sector.POLICE: """
        police officer | police force | police service | national police | federal police | border police
        law enforcement | law enforcement agency | LEA | constabulary | gendarmerie | gendarme | forces de l’ordre
        police nationale | force publique | Polizei | Polizeibeamter | Polizist | Bundespolizei | Landespolizei
        Kriminalpolizei | Landeskriminalamt | Strafverfolgung | Sicherheitsbehörde | полиция | полицай | МВР | MVR
        MoI | жандармерия | гранична полиция | policía | guardia civil | fuerzas de seguridad | policie | politi
        politsei | αστυνομία | policija | polizia | carabinieri | forze dell’ordine | rendőrség | rendőr | pulizija
        politie | policja | polícia | forças de segurança | poliția | jandarmeria | poliisi | polis | polisen | MUP
        МУП | полиција | поліція | policia | border guard | lögregla | garda | an garda síochána | heddlu
    """,
    Sector.PRISON_PROBATION: """
        prison | prisons | probation | prison service | prison staff | prison and probation service | corrections
        correctional services | penitentiary | jail | detention | administration pénitentiaire | pénitentiaire
        milieu carcéral | établissement pénitentiaire | Gefängnis | Justizvollzug | Strafvollzug | Vollzug | JVA
        Justizvollzugsanstalt | Bewährungshilfe | затвор | затвори | пробация | места за лишаване от свобода
        cárcel | prisión | prisiones | instituciones penitenciarias | vězení | vězeňská služba | probace
        probační služba | fængsel | kriminalforsorgen | vangla | vanglateenistus | kriminaalhooldus | φυλακή
        φυλακές | carcere | carceri | amministrazione penitenziaria | cietums | probācija | kalėjimas | probacija
        börtön | büntetés-végrehajtás | pártfogó felügyelet | ħabs | gevangenis | gevangeniswezen | reclassering
        więzienie | więziennictwo | służba więzienna | kuratela | prisão | prisões | serviços prisionais
        închisoare | penitenciar | penitenciare | probațiune | väzenie | väzenstvo | probácia | zapor | zapori
        zatvor | zatvorski sustav | vankila | rikosseuraamuslaitos | fängelse | kriminalvård | kriminalvården
        frivård | fengsel | kriminalomsorgen | burgu | shërbimi i provës | казнено-поправителен | в’язниця | тюрма
    """,
    Sector.EDUCATION: """
        education | school | schools | teacher | teachers | teaching | higher education | training | kindergarten
        éducation | éducation nationale | enseignement | école | écoles | enseignant | formation | Bildung | Schule
        Schulen | Lehrer | Lehrerin | Schulwesen | Unterricht | Ausbildung | образование | училище | училища
        учител | educación | escuela | colegio | enseñanza | vzdělávání | škola | školy | školství | uddannelse
        skole | undervisning | haridus | kool | εκπαίδευση | σχολείο | istruzione | scuola | formazione | izglītība
        skola | švietimas | mokykla | oktatás | iskola | edukazzjoni | onderwijs | edukacja | oświata | szkoła
        educação | escola | ensino | educație | învățământ | școală | vzdelávanie | školstvo | izobraževanje | šola
        šolstvo | obrazovanje | koulutus | koulu | opetus | utbildning | utdanning | arsim | arsimi | shkollë
        shkolla | училиште | образовање | освіта | школа | menntun | skóli | oideachas | scoil
    """,
    Sector.YOUTH_SOCIAL: """
        youth | youth work | youth worker | youth services | social | social work | social worker | social services
        social care | child protection | youth and social | jeunesse | travail social | action sociale
        services sociaux | éducateur | protection de l’enfance | Jugend | Jugendarbeit | Jugendhilfe | Jugendamt
        Sozialarbeit | Sozialarbeiter | soziale Arbeit | Soziales | Sozialdienst | младежи | младеж
        младежка работа | социална работа | социални услуги | социални дейности | juventud | trabajo social
        servicios sociales | mládež | sociální práce | sociální služby | unge | ungdom | socialt arbejde | noored
        noorsootöö | sotsiaaltöö | νεολαία | κοινωνική εργασία | κοινωνικές υπηρεσίες | gioventù | giovani
        lavoro sociale | assistenza sociale | servizi sociali | jaunatne | sociālais darbs | jaunimas
        socialinis darbas | ifjúság | szociális munka | żgħażagħ | jeugd | jongeren | jongerenwerk | jeugdwerk
        jeugdzorg | maatschappelijk werk | sociaal werk | młodzież | praca socjalna | pomoc społeczna | juventude
        trabalho social | ação social | tineret | asistență socială | muncă socială | sociálna práca | mladi
        mladina | socialno delo | socijalni rad | socijalna skrb | nuoriso | nuorisotyö | sosiaalityö
        ungdomsarbete | socialt arbete | socialtjänst | sosialt arbeid | rinia | punë sociale | социјална работа
        социјални рад | молодь | соціальна робота
    """,
    Sector.HEALTH: """
        health | healthcare | health services | public health | mental health | medical | medicine | hospital
        psychology | psychiatry | santé | santé publique | santé mentale | soins | hôpital | psychologie
        psychiatrie | Gesundheit | Gesundheitswesen | Medizin | Krankenhaus | Klinik | Psychiatrie | здравеопазване
        здраве | медицина | болница | psychologist | психология | salud | sanidad | zdraví | zdravotnictví | sundhed
        sundhedsvæsen | tervis | tervishoid | υγεία | salute | sanità | veselība | veselības aprūpe | sveikata
        sveikatos apsauga | egészségügy | saħħa | gezondheid | gezondheidszorg | zorg | ggz | zdrowie
        ochrona zdrowia | służba zdrowia | saúde | sănătate | zdravie | zdravotníctvo | zdravje | zdravstvo
        zdravlje | terveys | terveydenhuolto | hälsa | sjukvård | hälso- och sjukvård | helse | helsevesen
        shëndetësi | shëndetësia | здравство | охорона здоров’я | heilbrigðis | sláinte
    """,
    Sector.LOCAL_AUTHORITY: """
        local authorities | local government | local administration | municipality | municipalities | municipal
        city | town | city council | town hall | region | regional authority | county | commune | mairie | ville
        municipalité | collectivité | collectivité locale | collectivité territoriale | collectivités
        autorité locale | Kommune | Kommunen | Kommunalverwaltung | Gemeinde | Stadt | Stadtverwaltung | Landkreis
        Kreis | Magistrat | Bezirk | община | общини | местна власт | местно самоуправление | ayuntamiento
        municipio | administración local | obec | město | samospráva | kommun | by | omavalitsus
        kohalik omavalitsus | vald | linn | δήμος | τοπική αυτοδιοίκηση | comune | ente locale | enti locali
        pašvaldība | savivaldybė | önkormányzat | kunsill lokali | gemeente | lokale overheid | gmina | miasto
        samorząd | autarquia | câmara municipal | município | primărie | municipiu | autoritate locală
        administrație locală | mesto | miestna samospráva | občina | općina | opština | grad | lokalna samouprava
        kunta | kaupunki | kommune | bashkia | bashki | komuna | општина | местна самоуправа | муніципалітет
        громада | sveitarfélag | údarás áitiúil
    """,
    Sector.NGO_COMMUNITY: """
        NGO | NGOs | N.G.O. | CSO | CSOs | non-governmental organisation | non-governmental organization
        non-governmental | nongovernmental organisation | civil society | civil society organisation
        civil society organization | community | communities | community organisation | association | charity
        foundation | non-profit | nonprofit | third sector | voluntary sector | faith community
        religious community | grassroots | ONG | organisation non gouvernementale | société civile | associatif
        milieu associatif | fondation | communauté | NRO | Nichtregierungsorganisation | Zivilgesellschaft | Verein
        Verband | Stiftung | gemeinnützig | freier Träger | Gemeinschaft | НПО | неправителствена организация
        неправителствен сектор | гражданско общество | гражданска организация | фондация | сдружение | общност
        asociación | fundación | sociedad civil | tercer sector | NNO | nevládní organizace | nezisková
        neziskový sektor | spolek | nadace | občanská společnost | forening | civilsamfund | MTÜ | vabaühendus
        valitsusväline organisatsioon | kodanikuühiskond | ΜΚΟ | κοινωνία των πολιτών | μη κυβερνητική οργάνωση
        σύλλογος | associazione | fondazione | società civile | terzo settore | NVO | biedrība
        nevalstiska organizācija | pilsoniskā sabiedrība | nevyriausybinė organizacija | asociacija
        civil szervezet | civil | alapítvány | egyesület | stichting | vereniging | maatschappelijk middenveld
        organizacja pozarządowa | stowarzyszenie | fundacja | associação | fundação | sociedade civil | asociație
        fundație | societate civilă | MVO | mimovládna organizácia | občianske združenie | nevladna organizacija
        društvo | ustanova | nevladina organizacija | udruga | udruženje | civilno društvo | järjestö
        kansalaisjärjestö | kansalaisyhteiskunta | yhdistys | förening | civilsamhälle | ideell organisation
        frivillig | frivillig organisasjon | OJQ | OJF | OSHC | organizatë jofitimprurëse | shoqëria civile
        невладина организација | здружение | удружење | НУО | НКО | громадська організація | STK
    """,
    Sector.VICTIMS: """
        victims | victim | victims of terrorism | victim support | victim organisation | victims’ organisation
        survivors | survivor | association of victims | victimes | association de victimes | aide aux victimes
        Opfer | Opferverband | Opferhilfe | Opferschutz | Opfervereinigung | жертви | сдружение на жертви
        подкрепа на жертви | víctimas | asociación de víctimas | oběti | pomoc obětem | ofre | offer for terror
        ohvrid | ohvriabi | θύματα | vittime | associazione di vittime | associazione vittime | upuri | cietušie
        aukos | áldozatok | áldozatsegítés | vittmi | slachtoffers | slachtofferhulp | ofiary | pomoc ofiarom
        vítimas | apoio à vítima | victime | obete | žrtve | podpora žrtvam | podrška žrtvama | uhrit
        rikosuhripäivystys | brottsoffer | brottsofferjour | viktimat | жртви
    """,
    Sector.RESEARCH: """
        research | researcher | researchers | academia | academic | academics | science | university | universities
        think tank | institute | recherche | chercheur | chercheuse | université | universités | universitaire
        Forschung | Forscher | Wissenschaft | Wissenschaftler | Universität | Hochschule | Institut | наука
        изследване | изследвания | изследовател | научни изследвания | университет | академия | investigación
        universidad | výzkum | věda | univerzita | vysoká škola | forskning | forsker | universitet | teadus
        ülikool | έρευνα | πανεπιστήμιο | ricerca | ricercatore | università | pētniecība | zinātne | universitāte
        tyrimai | mokslas | universitetas | kutatás | egyetem | tudomány | riċerka | onderzoek | wetenschap
        universiteit | badania | nauka | uczelnia | uniwersytet | investigação | pesquisa | universidade | cercetare
        universitate | výskum | raziskovanje | raziskave | znanost | univerza | istraživanje | sveučilište
        univerzitet | tutkimus | tiede | yliopisto | forskare | hulumtim | kërkime | universiteti | истражување
        истраживање | универзитет | дослідження | університет | исследования
    """,
    Sector.EU_INSTITUTION: """
        EU | E.U. | EU institutions | EU agency | EU agencies | European Union | European institution
        European institutions | European Commission | the European Commission | Commission | EC
        European Parliament | Council of the European Union | EEAS | Europol | Eurojust | Frontex | CEPOL | DG HOME
        DG JUST | DG EAC | UE | institution de l’UE | institution européenne | institutions européennes
        Union européenne | Commission européenne | Parlement européen | EU-Institution | EU-Organ | EU-Einrichtung
        EU-Agentur | Europäische Union | Europäische Kommission | ЕС | институция на ЕС | институции на ЕС
        Европейски съюз | Европейска комисия | Unión Europea | Comisión Europea | institución de la UE
        Evropská unie | Evropská komise | orgán EU | EU-institution | Europa-Kommissionen | Euroopa Liit
        Euroopa Komisjon | ΕΕ | Ευρωπαϊκή Επιτροπή | Ευρωπαϊκή Ένωση | Unione europea | Commissione europea
        istituzione UE | ES institūcija | ES institucija | Eiropas Komisija | Europos Komisija | Európai Bizottság
        EU-intézmény | Kummissjoni Ewropea | EU-instelling | Europese Commissie | Europese Unie | instytucja UE
        Komisja Europejska | instituição da UE | Comissão Europeia | União Europeia | instituție UE
        Comisia Europeană | inštitúcia EÚ | Európska komisia | institucija EU | Evropska komisija
        Europska komisija | institucija EU-a | EU-toimielin | Euroopan komissio | Europeiska kommissionen
        Komisioni Evropian
    """,
    Sector.INTERNATIONAL: """
        international | international organisations | international organization | international organisation | IGO
        IO | UN | United Nations | UNDP | UNODC | UNESCO | UNICEF | OSCE | ODIHR | Council of Europe | INTERPOL
        NATO | RCC | IOM | organisation internationale | organisations internationales | ONU | Nations unies
        Conseil de l’Europe | internationale Organisation | Internationales | Vereinte Nationen | UNO | OSZE
        Europarat | международна организация | международни организации | ООН | ОССЕ | Съвет на Европа | НАТО
        organización internacional | Naciones Unidas | Consejo de Europa | OSN | mezinárodní organizace
        international org | rahvusvaheline organisatsioon | διεθνής οργανισμός | ΟΗΕ | organizzazione internazionale
        Nazioni Unite | starptautiska organizācija | tarptautinė organizacija | nemzetközi szervezet | ENSZ
        internationale organisatie | organizacja międzynarodowa | ONZ | organização internacional
        organizație internațională | medzinárodná organizácia | mednarodna organizacija | međunarodna organizacija
        kansainvälinen järjestö | internationell organisation | internasjonal organisasjon
        organizatë ndërkombëtare | меѓународна организација | међународна организација
    """,
    Sector.OTHER: """
        others | else | miscellaneous | media | press | journalist | business | private sector | company | industry
        consultant | autres | divers | médias | presse | entreprise | secteur privé | andere | anderes | sonstige
        sonstiges | Medien | Wirtschaft | Unternehmen | друго | други | друг | медии | бизнес | частен сектор | otro
        otros | medios | jiné | jiný | ostatní | andet | muu | άλλο | altro | altri | cits | kitas | egyéb | anders
        overig | overige | inne | inny | outro | outros | altul | altele | iné | ostatné | ostalo | drugo | annat
        övrigt | annet | tjetër | tjera | инше | інше | другое | autre
    """,
}
_SIDES = {
    Side.POLICY: """
        policies | policy side | policy maker | policy makers | policymaker | policymakers | policy-maker
        decision maker | decision makers | politique | politiques | décideur | décideuse | décideurs | Politik
        Entscheidungsträger | politische Ebene | политика | политики | политическа | política | políticas | politika
        politikk | poliitika | πολιτική | politica | politiche | politikas | szakpolitika | politikai | beleid
        beleidsmaker | polityka | politici | politike | politikë | politikat | politikka | policy (politik)
        політика
    """,
    Side.PRACTICE: """
        practise | practices | practitioner | practitioners | practical | frontline | front line | first-line
        field | field work | pratique | pratiques | praticien | praticienne | praticiens | terrain | Praxis
        Praktiker | Praktikerin | Fachpraxis | Fachkraft | практика | практик | практики | практически | práctica
        prácticas | profesional | praxe | praktik | praksis | praktika | πρακτική | πράξη | pratica | pratico
        prakse | praktyka | praktyk | gyakorlat | gyakorló | prattika | praktijk | prática | profissional | practică
        practician | prax | praksa | praktični | käytäntö | praktiker | praktikë | пракса | практична
    """,
}


def of_sectors() -> dict[str, str]:
    """The sector by every folded word for it; a word for two of them is none."""
    return _folded(_SECTORS)


def of_sides() -> dict[str, str]:
    """The side by every folded word for it."""
    return _folded(_SIDES)


def _folded(table: Mapping[Sector, str] | Mapping[Side, str]) -> dict[str, str]:
    known: dict[str, set[str]] = {}
    for one, words in table.items():
        for word in _words(words):
            known.setdefault(word, set()).add(one.value)
    return {word: values.pop() for word, values in known.items() if len(values) == 1}


def _words(text: str) -> Iterator[str]:
    """Lines end words, too."""
    return (names.fold(word) for line in text.strip().splitlines() for word in line.split("|"))
