import type { Language } from './shape';

export const el: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Αποδοχή όλων',
    reject_all: 'Απόρριψη όλων',
    choose: 'Επιλογή',
    save: 'Αποθήκευση επιλογών',
    close: 'Κλείσιμο',
    preferences: 'Επιλογές απορρήτου',
    entry: 'Επιλογές απορρήτου',
    always_on: 'Πάντα ενεργό',
    explicit: 'Ευαίσθητα δεδομένα: ενεργοποιώντας το, συναινώ ρητά',
    controller: 'Υπεύθυνος επεξεργασίας',
    purposes: 'Σκοποί',
    recipients: 'Αποδέκτες',
    details: 'Λεπτομέρειες',
    session: 'μέχρι να κλείσει το πρόγραμμα περιήγησης',
    privacy_notice: 'Δήλωση απορρήτου',
    change_any_time: 'Μπορείτε να αλλάξετε ή να ανακαλέσετε την επιλογή σας ανά πάσα στιγμή.',
    gpc_honoured: 'Το αίτημα εξαίρεσης έγινε σεβαστό',
    blocked: 'Το {service} παραμένει αποκλεισμένο μέχρι να επιτρέψετε «{purpose}».',
    load_once: 'Φόρτωση μία φορά',
    always_allow: 'Να επιτρέπεται πάντα',
    saved: 'Οι επιλογές σας αποθηκεύτηκαν.',
  },
};
