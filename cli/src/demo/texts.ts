/** What people write, by language; `{name}`, `{agent}`, `{model}` and `{store}` are filled in. */
export interface Phrases {
  readonly inbound: readonly string[]
  readonly outbound: readonly string[]
  readonly automatic: string
}

const english: Phrases = {
  inbound: [
    'Good day, is the {model} still available?',
    'Hi, what would the instalment be on the {model} over 72 months with no deposit?',
    'Can I come for a test drive on Saturday morning?',
    'Do you take trade-ins? Mine has 96 000 km on the clock and a full service book.',
    'Thanks, that helps. I will speak to my wife tonight and let you know.',
    'Is the price negotiable? I have another quote that is R12 000 less.',
    'Which documents do you need for the finance application?',
    'Sorry, I am running about 20 minutes late.',
    'Please send photos of the inside and of the boot.',
    'Does the service plan transfer to the second owner?',
    'Can you deliver to Polokwane?\nI can collect as well if that is cheaper.',
    'Ok.',
  ],
  outbound: [
    'Good day {name}, this is {agent} of {store}. The {model} is still here; when may I phone you?',
    'Hi {name}, I have asked our F&I desk for a quote on the {model} and will send it this afternoon.',
    'Saturday at 09:30 works. Please bring your driving licence, {name}.',
    'We gladly look at your trade-in. May I have the year, the mileage and a few photos?',
    'We need a copy of your ID, three payslips and proof of address. Please bring them with you.',
    'The best I can do is to add the first service and a tank of fuel.',
    'Just checking in, {name}: did you get a chance to look at the quote on the {model}?',
    'No problem at all, see you in a bit.',
    'The service plan stays with the vehicle and passes on to you.',
    'Delivery within 300 km is free of charge.',
  ],
  automatic: 'Thank you for contacting {store}. A sales executive will get back to you during trading hours.',
}

const afrikaans: Phrases = {
  inbound: [
    'Goeiedag, is die {model} nog beskikbaar?',
    'Wat sal die paaiement op die {model} wees oor 60 maande?',
    'Kan ek Saterdagoggend kom vir \u2019n toetsrit?',
    'Neem julle my bakkie in? Dit het 140 000 km op.',
    'Dankie, ek laat weet môre.',
    'Stuur asseblief nog foto\u2019s.',
    'Reg so.',
  ],
  outbound: [
    'Goeiedag {name}, dis {agent} van {store}. Die {model} is nog hier; wanneer pas dit om te gesels?',
    'Ek stuur die kwotasie op die {model} vanmiddag, {name}.',
    'Saterdag 09:30 pas ons goed. Bring asseblief u rybewys saam.',
    'Ons kyk graag na u inruil. Wat is die jaar en die kilometers?',
    'Hallo {name}, het u al kans gehad om na die kwotasie te kyk?',
  ],
  automatic:
    'Dankie dat u {store} gekontak het. \u2019n Verkoopskonsultant skakel u gedurende besigheidsure.',
}

const zulu: Phrases = {
  inbound: [
    'Sawubona, ingabe i-{model} isatholakala?',
    'Ngicela ukwazi ukuthi ngingakhokha malini ngenyanga.',
    'Ngingeza ngoMgqibelo ekuseni?',
    'Ngiyabonga, ngizokwazisa kusasa.',
    'Ngicela ezinye izithombe.',
  ],
  outbound: [
    'Sawubona {name}, ngingu-{agent} wase-{store}. I-{model} isekhona; ngingakushayela nini?',
    'Ngizothumela inani le-{model} ntambama, {name}.',
    'NgoMgqibelo ngo-09:30 kulungile. Sicela uphathe ilayisense yakho.',
    'Sawubona {name}, usulibonile inani?',
  ],
  automatic: 'Siyabonga ngokuxhumana ne-{store}. Umthengisi uzokuthinta ngezikhathi zomsebenzi.',
}

/** The phrases of a language; English where there are none of its own. */
export const phrasesOf = (language: string): Phrases =>
  language.startsWith('af') ? afrikaans : language.startsWith('zu') ? zulu : english

/** What is noted after a call. */
export const callNotes = {
  inbound: [
    'Missed call.',
    'Customer phoned about the {model}; asked to be called back.',
    'Voicemail left, 40 s.',
  ],
  outbound: [
    'Called {name}: interested in the {model}, wants a quote by e-mail.',
    'No answer, left a voicemail.',
    'Called {name}, 4 min: compares with another dealer, decides this month.',
    'Called {name}: booked for a test drive.',
    'Number engaged, try again after 16:00.',
  ],
} as const

/** Subjects of e-mails. */
export const subjects = [
  'Enquiry: {model}',
  '{model}: availability and price',
  'Trade-in and {model}',
  'Quote {model}',
]

/** What customers add to a lead. */
export const comments = [
  'Is the {model} still available? Please call after 17:00.',
  'I am looking for a {model}, automatic, not older than three years.',
  'Please phone me about finance on the {model}. I am under debt review no longer.',
  'Looking to trade in my current car for a {model}.',
  'Need a quote for two {model}s for my business.',
  'Kontak my asseblief oor die {model}.',
  'Ngicela ningishayele mayelana ne-{model}.',
  'Saw your advert for the {model} \u2013 what is the "on the road" price?\nThanks',
] as const

/** How customers mean to pay. */
export const financeIntents = [
  'Bank finance, 72 months, no deposit',
  'Bank finance, 60 months, 10 % deposit',
  'Cash',
  'Balloon payment 30 %, pre-approved',
  'Needs help with the application; salary about R28 000',
] as const

/** Notes on appointments. */
export const appointmentNotes = [
  'Wants to compare {model} with the automatic.',
  'Brings the trade-in for appraisal.',
  'Prefers {agent}; licence still to be checked.',
  'Coming with spouse, needs a child seat for the drive.',
] as const

/** Why leads were lost. */
export const lostReasons = [
  'Bought elsewhere',
  'Finance declined',
  'No longer in the market',
  'Cannot be reached',
  'Price',
  'Vehicle sold',
] as const

/** Fills `{word}` with the value of that name; a word without a value stays. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, word: string) => values[word] ?? whole)
