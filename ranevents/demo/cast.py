"""The people of the demo, all invented, their organisations too; a name that somebody bears is chance.

A line: sector, or sector/side where the side is not the usual one; given name; family name; position; organisation.
"""

CAST = """
AT
policy; Liesl; Brandhuber; Head of unit; Office for Prevention Policy
prison_probation; Jürgen; Stögmüller; Probation officer; Begleitung und Rückkehr
ngo_community; Hatice; Öztürk-Grabner; Family counsellor; Beratungsstelle Lichtblick
BE
local_authority; Loïc; Vandenbossche; Prevention coordinator; Ville de Sainte-Aurore
police; Femke; Van Overstraeten; Community policing adviser; Politiezone Drie Beken
eu_institution; Maëlle; Dufrêne; Policy officer; European Desk for Prevention
international; Anneliese; Roelandts; Programme manager; Council of Safe Cities
BG
policy; Десислава; Хаджитодорова; Director; Directorate for Prevention Policy
police; Красимир; Желязковски; Chief inspector; Regional Police, Rosengrad
youth_social; Йоана; Щерева; Youth worker; Младежки център „Мост“
local_authority/policy; Цветелин; Ъгърчински; Deputy mayor; Municipality of Rosengrad
education; Анелия; Бъчварова; School psychologist; Secondary School 201
HR
policy; Željka; Šćrbačić; Senior adviser; Office for Community Safety
youth_social; Krešimir; Đurđević-Lončar; Social worker; Centar za mlade Val
research; Iva; Čulinović; Researcher; Institute for Social Resilience
CY
policy; Ανδρούλα; Χατζηκωνσταντή; Head of sector; Prevention Service
education; Σωτήρης; Παπαχαραλάμπους; Head teacher; Λύκειο Νέας Γέφυρας
police; Ελπίδα; Ξενοφωντίδου; Sergeant; Community Police, Nea Gefyra
CZ
policy; Květoslava; Řeháčková; Policy officer; Department of Crime Prevention
ngo_community; Ondřej; Zvěřinský; Director; Společně, z. s.
prison_probation; Růžena; Švejdová; Prison psychologist; Prison Service, Region North
DK
local_authority; Søren; Kjærbæk; Mentor coordinator; Broby Kommune
police; Maiken; Ærenlund; Analyst; East Harbour Police
education; Åse; Nørregård-Holm; Adviser; Skolernes Netværk
EE
policy; Kärt; Põldmäe; Adviser; Department of Internal Safety
youth_social; Jüri; Õunapuu; Youth worker; Noortekeskus Lõuna
research; Triinu; Väljaots; Analyst; Centre for Open Society Studies
FI
health; Päivi; Hämäläinen-Kötö; Psychiatrist; Järvenranta Hospital
police; Väinö; Yli-Äyrä; Detective sergeant; Lakeland Police
ngo_community; Säde; Ruohomäki; Exit worker; Uusi Suunta ry
FR
policy; Gaëlle; Lefrançois; Deputy head of unit; Mission for Prevention
local_authority; François-Xavier; Trémouille; Project manager; Ville de Montclair-sur-Orbe
victims; Noëlie; Garçonnet; President; Voix des Victimes
education; Zoé; Bœufgras; Teacher; Lycée des Trois Tilleuls
DE
policy; Swantje; Köpernick; Head of division; Office for Democracy and Prevention
ngo_community; Cemal; Yıldırım-Groß; Director; Brückenschlag e. V.
police; Jörg; Weißgerber; Chief superintendent; State Police, Prevention Unit
prison_probation; Uta; Pfützenreuter; Imprisonment counsellor; Neustart hinter Mauern
GR
policy; Θεοδοσία; Μπουκουβάλα; Head of department; Directorate for Social Cohesion
police; Λευτέρης; Τσιγκρής; Police captain; Hellenic Safety Academy
ngo_community; Ευγενία; Χρυσοχοΐδη; Coordinator; Γέφυρες Διαλόγου
youth_social; Άγγελος; Ψαρομάτης; Social worker; Κέντρο Νέων Ορίζοντας
HU
policy; Zsófia; Kőszeghy; Counsellor; Department for European Cooperation
police; Győző; Üveges; Lieutenant colonel; Danube Bend Police
education; Tünde; Szűcsné Hegedűs; School counsellor; Nyitott Ajtó Iskola
IE
police; Caoimhe; Ní Dhufaigh; Detective inspector; Shannonside Division
youth_social; Pádraig; Mac Giolla Bhríde; Youth worker; An Droichead
research; Órla; Breathnach-Quinn; Lecturer; Atlantic School of Social Studies
IT
policy; Niccolò; Bellagamba; Policy adviser; National Desk for Prevention
prison_probation; Mariarosa; Sant'Agnello; Prison educator; Casa di reclusione Ponte Alto
health; Elìa; Passacantando; Clinical psychologist; Azienda Sanitaria Valdoro
LV
policy; Žaneta; Bērziņkalna; Senior expert; Office for Internal Security Policy
police; Ģirts; Ķempelis; Inspector; Riverside Police
youth_social; Ieva; Šķēpniece; Project manager; Jauniešu māja
LT
policy; Eglė; Žvinakytė; Chief specialist; Department of Public Security
education; Kęstutis; Ąžuolinis; Teacher; Ateities gimnazija
ngo_community; Rūta; Čiužaitė; Coordinator; Atviri namai
LU
policy; Josée; Schmëtgen; Attachée; Service for Prevention
ngo_community; Marc-André; Wolwermoos; Adviser; Respekt a Dialog asbl
eu_institution; Blanche; Thillmany; Assistant; European Desk for Prevention
MT
policy; Ġorġa; Żammit-Farruġ; Policy officer; Directorate for Community Safety
police; Karmenu; Buħaġar; Inspector; Harbour District Police
youth_social; Ħelwa; Ċassarino; Youth worker; Dar iż-Żgħażagħ
NL
local_authority; Maartje; Van der Plaetse; Adviser on safety; Gemeente Oosterbrug
education; Reinoud; Ten Hoopen; Trainer; Stichting Klas & Kring
prison_probation; Anouk; IJzerdraat; Probation specialist; Reclassering Delta
research; Joppe; Ruijgrokstra; Senior researcher; Institute for Prevention Evidence
PL
policy; Świętosława; Źrebięcka; Chief specialist; Department of Public Order
police; Grzegorz; Łęgowski-Żuk; Commissioner; Provincial Police, Prevention Section
ngo_community; Bożena; Ćwiąkalska; President; Fundacja Otwarte Podwórko
health; Jędrzej; Niedźwiedzki; Psychologist; Poradnia Przystań
PT
policy; Conceição; Falcão-Magalhães; Adviser; Office for Integrated Security
education; João; Quintãs; Head teacher; Escola da Ribeira Nova
prison_probation; Inês; Penaguião; Reintegration officer; Serviços de Reinserção
RO
policy; Ștefania; Grămăticu; Counsellor; Directorate for Prevention
police; Răducu; Bîrlădeanca; Chief commissioner; County Police, Prevention Bureau
ngo_community; Sânziana; Întorsureanu; Director; Asociația Punți
SK
policy; Ľubica; Ďurčanská; State adviser; Crime Prevention Section
youth_social; Tomáš; Hŕstka; Streetworker; Ulica OZ
research; Žofia; Mäsiarová; Researcher; Institute of Social Dialogue
SI
policy; Špela; Zagožen; Undersecretary; Office for Prevention and Resilience
police; Matjaž; Črnilogar; Police councillor; Police Directorate West
education; Živa; Hočevarjeva; Counsellor; Gimnazija Ob Mostu
ES
policy; Íñigo; Belaustegi-Ortúzar; Head of service; National Prevention Centre
local_authority; Núria; Capdevila i Puigcercós; Head of programmes; Ajuntament de Vallfosca
victims; Begoña; Peñalver; Secretary; Memoria y Convivencia
youth_social; Iago; Mouriño; Educator; Fundación Camiño Novo
SE
local_authority; Åsa; Björkängen; Safety coordinator; Nyköpsala kommun
health; Göran; Sjöö-Malm; Nurse; Norrvikens vårdcentral
ngo_community; Linnéa; Öhrnell; Exit coach; Framsteg
AL
policy; Përparim; Hoxhallari; Director; Centre for Coordination of Prevention
education; Valmirë; Çelkupa; School director; Shkolla Ura e Re
police; Ndriçim; Gjoklaj; Chief commissioner; Community Policing Sector
BA
policy; Šejla; Hadžihasović; Expert adviser; Sector for Prevention
ngo_community; Драгољуб; Његован; Coordinator; Удружење Заједно
education; Nedžad; Čengićanin; Teacher; Škola Novi Grad
XK
policy; Shqipe; Ymeraj-Gashnjani; Senior officer; Department for Prevention
ngo_community; Arbër; Çollakaj; Programme manager; Qendra për Dialog
youth_social; Снежана; Вељинић; Social worker; Центар за младе Корак
ME
policy; Зорица; Ђуровачки; Adviser; Coordination Body for Prevention
police; Žarko; Šćepanjević; Inspector; Security Centre Coast
local_authority; Наташа; Љешанчевић; Secretary for social affairs; Општина Нова Лука
MK
policy; Ѓорѓи; Ќосевалиев; Adviser; National Committee for Prevention
ngo_community; Снежана; Џамбазоска; Director; Здружение Мостови
education; Љупчо; Ѕвездановски; Head teacher; Основно училиште Иднина
police; Flutura; Xheladinaj; Inspector; Community Policing Unit
RS
policy; Јелена; Ђорђевић; Head of group; Office for Prevention
police; Његомир; Ћосићевић; Police adviser; Полицијска управа Исток
youth_social; Љиљана; Живојновачки; Social worker; Центар за социјални рад Дунав
ngo_community; Vojkan; Šušnjarčić; Trainer; Omladinski krug
UA
policy; Ївга; Щербаківська; Chief specialist; Department for Community Safety
police; Юрій; Ґудзюк; Police captain; Community Police, Novyi Mist
health; Єлизавета; Зозуляк-Гайова; Psychologist; Центр «Опора»
MD
policy; Cătălina; Țurcănescu; Consultant; Directorate for Public Order Policy
youth_social; Gheorghiță; Râșcanu; Youth worker; Centrul Punte
GB
local_authority; Gwenllïan; Pryce-Applegarth; Prevention manager; Ravensmere Borough Council
police; Alasdair; MacUistean; Sergeant; Northern Firth Police
education; Saoirse; O'Mallaghan; Safeguarding lead; Thornbeck Academy
NO
research; Øystein; Bjørnæs; Professor; Fjord Institute for Youth Research
local_authority; Sunniva; Hjelmåsen; Coordinator; Nordvik kommune
CH
local_authority; Ladina; Caflisch-Müri; Head of office; Fachstelle Brückenbau
research/policy; Rätus; Tschümperlin; Research director; Forum for Applied Prevention
TR
research; Gülşah; Çağlayangör; Associate professor; Boğaziçi Forum for Social Research
IS
police; Þórhildur; Ægisbjörnsdóttir; Chief inspector; Norðurbær Police
other; Sigurlaug; Þorvarðsdóttir; Documentary film-maker; Norðurljós Stúdíó
"""
