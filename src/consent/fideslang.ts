/**
 * Categories of personal data: the keys of the fideslang taxonomy 3.x (Ethyca and IAB Tech Lab, CC BY 4.0), with what
 * we need to know about each. A key covers everything below it, at a dot: `user.contact` covers `user.contact.email`
 * and not `user.contacts`.
 */

/** `art9`: GDPR Art. 9. `us`: sensitive under US state laws though not Art. 9. `art10`: criminal convictions. */
export type Sensitivity = 'art9' | 'art10' | 'us';

type Entry = { sensitive?: Sensitivity; pd?: string };

const entry = (pd?: string, sensitive?: Sensitivity): Entry => ({
  ...(pd ? { pd } : {}),
  ...(sensitive ? { sensitive } : {}),
});

/** Key → term of DPV's `pd:` extension that says the same, and the sensitivity. Both are inherited downwards. */
const TAXONOMY: Readonly<Record<string, Entry>> = {
  system: entry(),
  'system.authentication': entry(),
  'system.operations': entry(),
  user: entry(),
  'user.account': entry('AccountIdentifier'),
  'user.account.username': entry('Username'),
  'user.authorization': entry('Authenticating', 'us'),
  'user.authorization.biometrics': entry('Biometric', 'art9'),
  'user.authorization.credentials': entry('Authenticating', 'us'),
  'user.authorization.password': entry('Password', 'us'),
  'user.behavior': entry('Behavioural'),
  'user.behavior.browsing_history': entry('BrowsingBehaviour'),
  'user.behavior.media_consumption': entry('ServiceConsumptionBehaviour'),
  'user.behavior.purchase_history': entry('PurchasesAndSpendingHabit'),
  'user.behavior.search_history': entry('BrowserHistory'),
  'user.biometrics': entry('Biometric', 'art9'),
  'user.biometrics.fingerprint': entry('Fingerprint', 'art9'),
  'user.biometrics.retinal': entry('Retina', 'art9'),
  'user.biometrics.voice': entry('VoiceCommunicationRecording', 'art9'),
  'user.children': entry('Offspring', 'us'),
  'user.children.children_under_thirteen': entry('Offspring', 'us'),
  'user.children.thirteen_to_sixteen': entry('Offspring', 'us'),
  'user.contact': entry('Contact'),
  'user.contact.address': entry('PhysicalAddress'),
  'user.contact.address.city': entry('City'),
  'user.contact.address.country': entry('Country'),
  'user.contact.address.mailing_address': entry('PhysicalAddress'),
  'user.contact.address.postal_code': entry('PostalCode'),
  'user.contact.address.state': entry('Region'),
  'user.contact.address.street': entry('Street'),
  'user.contact.email': entry('EmailAddress'),
  'user.contact.fax_number': entry('TelephoneNumber'),
  'user.contact.phone_number': entry('TelephoneNumber'),
  'user.contact.social_url': entry('SocialMedia'),
  'user.content': entry('Communication'),
  'user.content.private': entry('Communication', 'us'),
  'user.content.public': entry('PubliclyAvailableSocialMedia'),
  'user.content.self_image': entry('Picture'),
  'user.criminal_history': entry('Criminal', 'art10'),
  'user.demographic': entry('Demographic'),
  'user.demographic.age_range': entry('AgeRange'),
  'user.demographic.citizenship_or_immigration_status': entry('Citizenship', 'us'),
  'user.demographic.date_of_birth': entry('BirthDate'),
  'user.demographic.gender': entry('Gender'),
  'user.demographic.language': entry('Language'),
  'user.demographic.marital_status': entry('MaritalStatus'),
  'user.demographic.philosophical_belief': entry('PhilosophicalBelief', 'art9'),
  'user.demographic.political_opinion': entry('PoliticalOpinion', 'art9'),
  'user.demographic.profile': entry('IndividualProfile'),
  'user.demographic.protected_classifications': entry('Demographic', 'us'),
  'user.demographic.race_ethnicity': entry('Race', 'art9'),
  'user.demographic.religious_belief': entry('ReligiousBelief', 'art9'),
  'user.demographic.sexual_orientation': entry('SexualPreference', 'art9'),
  'user.demographic.union_membership': entry('TradeUnionMembership', 'art9'),
  'user.device': entry('DeviceBased'),
  'user.device.cookie': entry('Tracking'),
  'user.device.cookie_id': entry('UID'),
  'user.device.device_id': entry('UID'),
  'user.device.ip_address': entry('IPAddress'),
  'user.device.sensor': entry('DeviceBased'),
  'user.device.telemetry': entry('DeviceBased'),
  'user.financial': entry('Financial'),
  'user.financial.bank_account': entry('BankAccount', 'us'),
  'user.financial.credit_card': entry('PaymentCard', 'us'),
  'user.government_id': entry('OfficialID', 'us'),
  'user.government_id.birth_certificate': entry('OfficialID', 'us'),
  'user.government_id.drivers_license_number': entry('OfficialID', 'us'),
  'user.government_id.immigration': entry('OfficialID', 'us'),
  'user.government_id.national_identification_number': entry('OfficialID', 'us'),
  'user.government_id.passport_number': entry('Passport', 'us'),
  'user.government_id.vehicle_registration': entry('VehicalLicenseRegistration', 'us'),
  'user.health': entry('Health', 'art9'),
  'user.health.baby_formula': entry('Health', 'art9'),
  'user.health.condition': entry('MedicalHealth', 'art9'),
  'user.health.genetic': entry('Genetic', 'art9'),
  'user.health.insurance_beneficiary_id': entry('Insurance', 'art9'),
  'user.health.maternity_clothing': entry('Health', 'art9'),
  'user.health.medical_diagnosis': entry('MedicalHealth', 'art9'),
  'user.health.medications': entry('Prescription', 'art9'),
  'user.health.prescriptions': entry('Prescription', 'art9'),
  'user.health.record_id': entry('HealthRecord', 'art9'),
  'user.health.reproductive_or_sexual': entry('Sexual', 'art9'),
  'user.health.social_psychological_behavioral': entry('MentalHealth', 'art9'),
  // The taxonomy's own spelling.
  'user.health.symptons': entry('MedicalHealth', 'art9'),
  'user.health.treatment': entry('MedicalHealth', 'art9'),
  'user.location': entry('Location'),
  'user.location.coarse': entry('Location'),
  'user.location.precise': entry('GPSCoordinate', 'us'),
  'user.name': entry('Name'),
  'user.name.first': entry('Name'),
  'user.name.last': entry('Name'),
  'user.payment': entry('Transactional'),
  'user.privacy_preferences': entry('PrivacyPreference'),
  'user.professional_information': entry('Professional'),
  'user.professional_information.job_title': entry('Job'),
  'user.professional_information.workplace': entry('CurrentEmployment'),
  'user.settings': entry('Preference'),
  'user.social_activity': entry('Social'),
  'user.unique_id': entry('Identifier'),
  // The taxonomy's own spelling.
  'user.unique_id.probablistic': entry('UID'),
  'user.unique_id.deterministic': entry('UID'),
};

/** Keys of older versions of the taxonomy → today's. */
const REPLACED: Readonly<Record<string, string>> = {
  'user.account.settings': 'user.settings',
  'user.authorization.biometric': 'user.authorization.biometrics',
  'user.biometric': 'user.biometrics',
  'user.biometric.fingerprint': 'user.biometrics.fingerprint',
  'user.biometric.health': 'user.biometrics',
  'user.biometric.retinal': 'user.biometrics.retinal',
  'user.biometric.voice': 'user.biometrics.voice',
  'user.childrens': 'user.children',
  'user.contact.organization': 'user.contact',
  'user.contact.url': 'user.contact.social_url',
  'user.health_and_medical': 'user.health',
  'user.health_and_medical.genetic': 'user.health.genetic',
  'user.health_and_medical.insurance_beneficiary_id': 'user.health.insurance_beneficiary_id',
  'user.health_and_medical.record_id': 'user.health.record_id',
  'user.job_title': 'user.professional_information.job_title',
  'user.location.imprecise': 'user.location.coarse',
  'user.sensor': 'user.device.sensor',
  'user.social': 'user.social_activity',
  'user.telemetry': 'user.device.telemetry',
  'user.unique_id.pseudonymous': 'user.unique_id',
  'user.user_sensor': 'user.device.sensor',
  'user.workplace': 'user.professional_information.workplace',
};

/** All keys of the taxonomy. */
export const DATA_CATEGORIES: readonly string[] = Object.keys(TAXONOMY);

const SHAPE = /^(system|user)(\.[a-z0-9_]+)*$/;

/** Today's key for an older one; any other key unchanged. */
export const currentCategory = (key: string): string => (Object.hasOwn(REPLACED, key) ? REPLACED[key]! : key);

/** Is the key in the taxonomy, or an operator's own one below a key that is (`user.behavior.wishlist`)? */
export function isDataCategory(key: string): boolean {
  const current = currentCategory(key);
  return SHAPE.test(current) && (Object.hasOwn(TAXONOMY, current) || nearest(current, Boolean).includes('.'));
}

/** Does a declared category cover a needed one: the same, or above it at a dot? */
export function covers(declared: string, needed: string): boolean {
  const [above, below] = [currentCategory(declared), currentCategory(needed)];
  return below === above || below.startsWith(`${above}.`);
}

/** Is the needed category covered by any of the declared ones? */
export const isCovered = (declared: readonly string[], needed: string): boolean =>
  declared.some((category) => covers(category, needed));

/** The key itself or the closest one above it that answers the question; the root if none does. */
function nearest(key: string, answers: (entry: Entry | undefined) => boolean): string {
  let at = currentCategory(key);
  while (!answers(TAXONOMY[at]) && at.includes('.')) at = at.slice(0, at.lastIndexOf('.'));
  return at;
}

/** How sensitive the category is, by itself or by what it belongs to; null: not. */
export function sensitivityOf(key: string): Sensitivity | null {
  return TAXONOMY[nearest(key, (e) => e?.sensitive !== undefined)]?.sensitive ?? null;
}

/** Is it a special category of GDPR Art. 9? */
export const isSpecialCategory = (key: string): boolean => sensitivityOf(key) === 'art9';

/** Does naming this category take in a special one, by itself or below it (`user.demographic` does)? */
export const mayHoldSpecial = (key: string): boolean =>
  isSpecialCategory(key) || DATA_CATEGORIES.some((other) => covers(key, other) && isSpecialCategory(other));

/** The `pd:` term of DPV for a category (local name); null where none says it: `dpv:PersonalData` then. */
export const pdTerm = (key: string): string | null => TAXONOMY[nearest(key, (e) => e?.pd !== undefined)]?.pd ?? null;
