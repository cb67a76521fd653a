/** A brand of the demo network. */
export interface DemoBrand {
  readonly code: string
  readonly name: string
  /** New units sold in South Africa in September 2025 (naamsa): how strong a store of the brand is. */
  readonly units: number
  /** First three characters of its VINs; South African plants where there is one. */
  readonly wmi: string
  readonly models: readonly string[]
}

/** All brands, strongest first. The split of the VW group between its two brands is assumed. */
export const brands: readonly DemoBrand[] = [
  {
    code: 'TOYOTA',
    name: 'Toyota',
    units: 14_146,
    wmi: 'AHT',
    models: ['Hilux', 'Corolla Cross', 'Starlet', 'Fortuner', 'Vitz', 'Land Cruiser 79'],
  },
  {
    code: 'SUZUKI',
    name: 'Suzuki',
    units: 6_072,
    wmi: 'MBH',
    models: ['Swift', 'Fronx', 'Ertiga', 'Jimny', 'Baleno'],
  },
  {
    code: 'VW',
    name: 'Volkswagen',
    units: 5_063,
    wmi: 'AAV',
    models: ['Polo Vivo', 'Polo', 'T-Cross', 'Tiguan', 'Amarok', 'Golf 8 GTI'],
  },
  { code: 'AUDI', name: 'Audi', units: 700, wmi: 'WAU', models: ['A3', 'Q3', 'Q5', 'A4'] },
  {
    code: 'FORD',
    name: 'Ford',
    units: 3_093,
    wmi: 'AFA',
    models: ['Ranger', 'Everest', 'Territory', 'Puma'],
  },
  {
    code: 'HYUNDAI',
    name: 'Hyundai',
    units: 3_005,
    wmi: 'MAL',
    models: ['Grand i10', 'Exter', 'Venue', 'Tucson', 'i20'],
  },
  {
    code: 'GWM',
    name: 'GWM',
    units: 2_620,
    wmi: 'LGW',
    models: ['P-Series', 'Haval Jolion', 'Haval H6', 'Tank 300'],
  },
  { code: 'ISUZU', name: 'Isuzu', units: 2_478, wmi: 'ACV', models: ['D-Max', 'MU-X'] },
  {
    code: 'CHERY',
    name: 'Chery',
    units: 2_264,
    wmi: 'LVV',
    models: ['Tiggo 4 Pro', 'Tiggo 7 Pro', 'Tiggo 8 Pro'],
  },
  { code: 'KIA', name: 'Kia', units: 1_706, wmi: 'KNA', models: ['Picanto', 'Sonet', 'Seltos', 'Sportage'] },
  {
    code: 'MAHINDRA',
    name: 'Mahindra',
    units: 1_524,
    wmi: 'MA1',
    models: ['XUV 3XO', 'Scorpio-N', 'Pik Up'],
  },
  { code: 'RENAULT', name: 'Renault', units: 1_376, wmi: 'VF1', models: ['Kwid', 'Kiger', 'Duster'] },
  { code: 'NISSAN', name: 'Nissan', units: 1_362, wmi: 'ADN', models: ['Navara', 'Magnite', 'X-Trail'] },
  { code: 'BMW', name: 'BMW', units: 1_220, wmi: 'WBA', models: ['X1', 'X3', '320d'] },
  { code: 'OMODA_JAECOO', name: 'Omoda & Jaecoo', units: 1_201, wmi: 'LNN', models: ['C5', 'C9', 'J7'] },
]

/** A brand by its code. @throws {RangeError} when there is none. */
export function brandOf(code: string): DemoBrand {
  const brand = brands.find((one) => one.code === code)
  if (!brand) throw new RangeError(`no brand ${code}`)
  return brand
}
