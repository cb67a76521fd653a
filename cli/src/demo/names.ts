import type { Random, Weighted } from './random.js'

const list = (text: string): readonly string[] => text.trim().split(/\s*,\s*/)

const english = {
  first:
    list(`Olivia, James, Emma, Liam, Sarah, Matthew, Kate, Ryan, Chloe, Daniel, Megan, Luke, Jessica, Adam, Hannah,
    Craig, Lauren, Gareth, Nicole, Brandon, Tracy, Warren, Samantha, Dylan, Bronwyn, Shaun, Kerry, Grant, Robyn, Keith,
    Candice, Wayne, Tessa, Byron, Leigh, Clive, Gemma, Duncan, Michelle, Neil, Alison, Graham, Erin, Sean`),
  last: list(`Smith, Williams, Jones, Taylor, Brown, Wilson, Adams, Jacobs, Clark, Harris, Walker, Turner, Cooper, Ward,
    Morgan, Bailey, Reed, Carter, Hughes, Foster, Palmer, Barnes, Marshall, Hunter, Gibson, Wallace, Stewart, Murray,
    Simpson, Ellis, Fisher, Webb, Pearce, Lawson, Hart, Dixon, Chapman, Spencer, Burton, Barker, Holland, Frost, Page,
    Sutton, Lowe, Parsons, Hewitt, Norris, Bishop, Miles, Watkins, Gordon, Bennett, Fletcher, Rhodes, Sharp, Whitfield,
    Goldberg, Levin, Hendricks, Petersen, Davids`),
}

const afrikaans = {
  first:
    list(`Johan, Annelie, Pieter, Marietjie, Hennie, Elmarie, Gerhard, Riana, Kobus, Susan, Francois, Liezel, Jaco,
    Karien, Dawid, Anri, Stefan, Marlize, Willem, Ilse, Hein, Zelda, Deon, Amanda, Riaan, Petro, Christo, Lizette, Danie,
    Corné, Etienne, Hanlie, Schalk, Nadia, Tiaan, Mariska, Louis, Yolandi, André, Renée, Ruan, Elsabé`),
  last: list(`van der Merwe, Botha, Venter, Pretorius, du Plessis, Nel, Steyn, Kruger, van Wyk, Coetzee, Fourie,
    Swanepoel, Viljoen, Erasmus, Joubert, de Villiers, Marais, Visser, Cronjé, Potgieter, Bezuidenhout, Oosthuizen,
    van Zyl, Grobler, Engelbrecht, Strydom, Lombard, Theron, Olivier, du Toit, Vermeulen, Human, Snyman, Roux, Malan,
    Barnard, Conradie, Kotzé, Louw, Basson, Prinsloo, van Niekerk, Smit, Naudé, Vorster, Bosman, Jordaan, Cilliers,
    van Rensburg, Mostert, Brink, Delport, Greyling, Heyns, Kleynhans, le Roux, Minnaar, Opperman, Pienaar, Rossouw,
    Scheepers, Terblanche`),
}

const nguni = {
  first:
    list(`Thandi, Sipho, Nomsa, Bongani, Zanele, Mandla, Lindiwe, Themba, Nokuthula, Sibusiso, Ayanda, Mpho,
    Lerato, Thabo, Nthabiseng, Kagiso, Tshepo, Refilwe, Palesa, Tebogo, Siyabonga, Nonhlanhla, Vusi, Busisiwe, Lungile,
    Sandile, Nosipho, Xolani, Zodwa, Khanyisile, Musa, Precious, Mthunzi, Ntombi, Andile, Unathi, Lwazi, Thandeka,
    Bheki, Nandipha, Kabelo, Dineo, Sizwe, Zinhle`),
  last: list(`Nkosi, Dlamini, Ndlovu, Khumalo, Mokoena, Mthembu, Mahlangu, Sithole, Zulu, Mkhize, Naidoo, Molefe, Zwane,
    Cele, Buthelezi, Mabaso, Ngcobo, Shabalala, Gumede, Radebe, Motaung, Modise, Maluleke, Baloyi, Chauke, Mashaba,
    Ramaphala, Tshabalala, Hadebe, Majola, Mbatha, Mchunu, Hlongwane, Xaba, Zungu, Nxumalo, Ntuli, Masondo, Lekota,
    Maseko, Phiri, Sibiya, Skosana, Mofokeng, Mohapi, Letsoalo, Mabena, Ngwenya, Nyathi, Vilakazi, Govender, Pillay,
    Moodley, Reddy, Maharaj, Chetty, Patel, Ismail, Essop, Cassim, Mnguni, Qwabe, Gqirana`),
}

/** Words of company names: `<first> <last> (Pty) Ltd`. */
const companies = {
  first:
    list(`Baobab, Protea, Springbok, Umhlanga, Karoo, Highveld, Marula, Impala, Table Bay, Drakensberg, Kudu,
    Cape Point, Limpopo, Fynbos, Acacia, Blue Crane, Gariep, Magalies, Sardine Run, Kingfisher`),
  last: list(`Logistics, Plumbing, Catering, Bouwers, Farms, Consulting, Security, Tours, Civils, Electrical, Interiors,
    Courier Services, Engineering, Medical Supplies, Attorneys, Bakery, Plant Hire, Timber, Property Group, Textiles`),
}

/** A person's name with the language the person writes in. */
export interface PersonName {
  readonly first: string
  readonly last: string
  readonly language: string
}

/** A name as people of South Africa have it: the lists are mixed for one person in nine. */
export function personName(random: Random): PersonName {
  const home = random.weighted(homes)
  const last = random.chance(0.11) ? random.weighted(homes) : home
  return {
    first: random.pick(home.names.first),
    last: random.pick(last.names.last),
    language: random.weighted(home.languages),
  }
}

/** The name of a juristic person. */
export const companyName = (random: Random): string =>
  `${random.pick(companies.first)} ${random.pick(companies.last)} (Pty) Ltd`

type Names = { readonly first: readonly string[]; readonly last: readonly string[] }
const homes: Weighted<{ readonly names: Names; readonly languages: Weighted<string> }> = [
  [{ names: english, languages: [['en-ZA', 1]] }, 0.36],
  [
    {
      names: afrikaans,
      languages: [
        ['af-ZA', 0.85],
        ['en-ZA', 0.15],
      ],
    },
    0.24,
  ],
  [
    {
      names: nguni,
      languages: [
        ['zu-ZA', 0.45],
        ['en-ZA', 0.35],
        ['xh-ZA', 0.12],
        ['st-ZA', 0.08],
      ],
    },
    0.4,
  ],
]
