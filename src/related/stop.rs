//! Function words, which say nothing of what a story is about.
//!
//! The lists are short on purpose: a word in more than half of the stories weighs nothing anyway, so they only have to catch the
//! words of middling frequency. Words of one letter and parts cut off at an apostrophe need no entry.

use std::sync::LazyLock;

use super::words::each_word;

const ENGLISH: &str = "about above after again against ago all also although am among an and another any are around as at away back \
    be became because become been before being below between both but by came can come could did do does doing down during each \
    either else ever every few for from further get gets give given go goes going got had has have having he her here hers him \
    himself his how however if in into is it its itself just last least less let like made make makes making many may me might \
    more most much must my near neither never next no nor not now of off often on once one only onto or other others our out over \
    own per quite rather re said same say saying says see seen she should since so some still such take taken than that the their \
    them themselves then there these they this those though three through thus to today together told too toward towards two under \
    until up upon us use used very via was way we well went were what when where whether which while who whom whose why will with \
    within without would yesterday yet you your";

const SPANISH: &str = "al algo alguna algunas alguno algunos ante antes apenas aquel aquella aquello aquí así aún aunque ayer bajo \
    bien cada casi como con contra cual cuales cualquier cuando cuanto cuya cuyo de debe deben decir del desde después dice dijeron \
    dijo donde dos durante el ella ellas ello ellos en entonces entre era eran es esa esas ese eso esos esta está estaba estado \
    están estar estas este esto estos fue fueron gran ha haber había habían hace hacer hacia han hasta hay hizo hoy incluso la las \
    le les lo los luego mas más me mediante mejor menos mi mientras mis misma mismo mucha mucho muchos muy nada ni ningún no nos \
    nosotros nuestra nuestro nunca otra otras otro otros para parte pero poco podrá podría por porque primer primera primero puede \
    pueden pues que qué quien quienes sea según ser será si sí sido siempre sin sino sobre solo sólo son su sus también tan tanto \
    te tenía tendrá tener tiene tienen toda todas todavía todo todos tras tres tu un una unas uno unos usted va ver vez ya yo";

const PORTUGUESE: &str = "ainda além algo algum alguma alguns antes ao aos apenas após aquela aquele aqui as às assim até bem cada \
    com como contra cuja cujo da das de deles depois desde dessa desse desta deste deve devem disse disseram diz do dois dos \
    duas durante ela elas ele eles em embora enquanto então entre era eram essa esse esta está estão estava este estes eu faz fazer \
    foi foram grande há havia hoje isso isto já la lhe lo logo mais mas me mesma mesmo muita muito muitos na nada não nas nem \
    nenhum nessa nesse nesta neste no nos nós nossa nosso num numa nunca onde ontem os ou outra outras outro outros para parte \
    pela pelas pelo pelos perto pode podem pois por porque pouco primeira primeiro qual qualquer quando quanto quase que quem são \
    se segundo seja sem sempre sendo ser será seu seus si sido sob sobre só sua suas também tanto tem têm ter teve tinha toda \
    todas todo todos três tudo um uma umas uns vai você vez";

const FRENCH: &str = "afin ai ainsi alors après au aucun aucune aujourd aussi autant autre autres aux avaient avait avant avec avoir \
    beaucoup bien car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme comment contre dans de depuis dernier \
    dernière derrière des dès deux dire dit doit doivent donc dont du durant elle elles en encore enfin entre es est et étaient \
    était étant été être eu eux fait faire faut fois font hier hors hui ici il ils jusqu jusque la là le les leur leurs lors \
    lorsque lui ma mais malgré me même mêmes mes mieux moins mon ne ni non nos notre nous on ont or ou où par parce parmi pas pendant \
    peu peut peuvent plus plusieurs plutôt point pour pourquoi pourrait près puis qu quand que quel quelle quelles quelque quelques \
    quels qui quoi sa sans se selon sera serait seront ses si sien soit son sont sous souvent sur ta tandis tant te tel telle tes \
    toi ton toujours tous tout toute toutes très trois trop tu un une va vers voir vos votre vous";

const GERMAN: &str = "ab aber alle allein allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus \
    außerdem bei beide beiden beim bereits bin bis bisher da dabei dadurch dafür dagegen daher damit danach dann dar daran darauf \
    darin darüber darum das dass daß davon dazu dem den denen denn dennoch der deren des deshalb dessen die dies diese diesem diesen \
    dieser dieses doch dort drei du durch dürfen ebenso ein eine einem einen einer eines einige einmal er erst erste ersten es etwa \
    etwas euch für gab ganz gegen gegenüber gibt hab habe haben hat hatte hatten hätte hätten heute hier hinter ich ihm ihn ihnen \
    ihr ihre ihrem ihren ihrer im immer in indem ins ist ja je jede jedem jeden jeder jedes jedoch jetzt kann kein keine keinen \
    keiner können könnte könnten machen man mehr mehrere mein mit muss müssen musste nach nachdem neben nein nicht nichts noch nun \
    nur ob oder ohne sagen sagte schon sehr sei seien sein seine seinem seinen seiner seit seiten selbst sich sie sind so sogar \
    solche soll sollen sollte sollten sondern sonst sowie um und uns unser unter viel viele vielen vom von vor während war waren \
    warum was wegen weil weiter weitere weiteren welche welcher wenig wenn wer werde werden wie wieder will wir wird wo wollen \
    worden wurde wurden würde würden zu zum zur zwar zwei zwischen";

const ITALIAN: &str = "abbiamo agli ai al alcune alcuni alla alle allo altra altre altri altro anche ancora anni appena avere aveva \
    avevano avrebbe bene che chi ci ciò circa col come con contro cosa così cui da dagli dai dal dalla dalle dallo degli dei del \
    della delle dello dentro detto deve devono di dopo dove due dunque durante ed era erano essere esso fa fare fatto fin fino fra \
    già gli ha hanno ho ieri il in infatti invece io la le lei li lo loro lui ma mai me meno mentre mi mia mio molte molti molto \
    ne negli nei nel nella nelle nello nessun nessuna niente noi non nostra nostro nulla od oggi ogni oltre oppure ora per perché \
    però più poco poi possono presso prima primo proprio può qual quale quali quando quanto quasi quella quelle quelli quello questa \
    queste questi questo qui quindi sarà sarebbe se secondo sei sempre senza si sia siamo sino solo sono sopra sotto sta stata stati \
    stato stesso su sua sue sugli sui sul sulla sulle suo suoi tra tre troppo tutta tutte tutti tutto un una uno va vi viene voi";

const DUTCH: &str = "aan aangezien achter al aldus alle alleen alles als altijd ander andere anderen beide ben bij binnen boven \
    buiten daar daarbij daarmee daarna daarom dan dat de deze die dit doen door drie dus echter een eens eerder eerst eerste elk \
    elke en enige enkele er erg ervan even gaan gaat geen geweest geworden haar had hadden heb hebben heeft hem hen het hier hij hoe \
    hun ik in is ja je jaar kan komen komt kon kunnen laat laatste langs maar maken meer meest men met mij mijn minder moest moet \
    moeten na naar naast niet niets nog nu of om omdat onder ons ook op over reeds rond samen sinds slechts soms staat steeds te \
    tegen ten ter terwijl toch toen tot totdat tussen twee uit uw van vanaf veel vele verder volgens voor vooral vorig wanneer want \
    waar waarbij waarom waren was wat we weer wel welke werd werden wie wij wil willen wordt worden zal ze zegt zei zeer zelf zich \
    zij zijn zo zoals zonder zou zouden";

/// Read as the words of a story are: one form of alef, no article.
const ARABIC: &str = "في من الى على عن مع ان انه انها اذا او ام اي ايضا اما امس اليوم بعد قبل بين بان بها به بهذا تحت ثم حتى حيث حين \
    خلال دون ذلك تلك هذا هذه هناك هنا هو هي هم هما هؤلاء كان كانت كانوا كما كل كلا كيف لا لم لن لها له لهم لكن لكي لو ليس ليست ما ماذا \
    متى منذ منها منه مما نحو وقد قد قال قالت قالوا يقول وقال وقالت واضاف اضاف ولا ولم ولن وما ومن وفي وعلى وهو وهي وان وانه والتي والذي \
    التي الذي الذين اللذين عند عندما عليه عليها عنه عنها غير فان فقد فيه فيها الا يكون تكون يمكن تم يتم سوف بعض جدا اكثر اكد واكد ضد \
    كذلك لدى لانه لان بل انا انت نحن ومع وذلك وكان وكانت";

/// Address parts, which turn up in text of any language.
const ANYWHERE: &str = "http https www";

/// A set of word hashes; the empty slots hold zero.
pub(super) struct StopWords {
    slots: Box<[u32]>,
}

impl StopWords {
    fn of(list: &str) -> Self {
        let mut terms = Vec::new();
        for list in [list, ANYWHERE] {
            each_word(list, |hash, _| terms.push(hash as u32));
        }
        let mask = (terms.len() * 4).next_power_of_two() - 1;
        let mut slots = vec![0_u32; mask + 1].into_boxed_slice();
        for term in terms {
            let mut slot = term as usize & mask;
            while slots[slot] != 0 && slots[slot] != term {
                slot = (slot + 1) & mask;
            }
            slots[slot] = term;
        }
        Self { slots }
    }

    /// Whether the word with this hash is a function word.
    #[inline]
    pub(super) fn contains(&self, term: u32) -> bool {
        let mask = self.slots.len() - 1;
        let mut slot = term as usize & mask;
        while self.slots[slot] != 0 {
            if self.slots[slot] == term {
                return true;
            }
            slot = (slot + 1) & mask;
        }
        false
    }
}

macro_rules! stop_words {
    ($($name:ident = $list:expr;)*) => {
        $(static $name: LazyLock<StopWords> = LazyLock::new(|| StopWords::of($list));)*
    };
}

stop_words! {
    EN = ENGLISH;
    ES = SPANISH;
    PT = PORTUGUESE;
    FR = FRENCH;
    DE = GERMAN;
    IT = ITALIAN;
    NL = DUTCH;
    AR = ARABIC;
    OTHER = "";
}

/// The function words of a language, given by its tag (`en`, `pt-BR`); almost none for a language without a list.
pub(super) fn words(language: &str) -> &'static StopWords {
    match primary(language).as_str() {
        "en" => &EN,
        "es" => &ES,
        "pt" => &PT,
        "fr" => &FR,
        "de" => &DE,
        "it" => &IT,
        "nl" => &NL,
        "ar" => &AR,
        _ => &OTHER,
    }
}

/// The same as a text, with blanks between the words; empty for a language without a list.
#[must_use]
pub fn stop_list(language: &str) -> &'static str {
    match primary(language).as_str() {
        "en" => ENGLISH,
        "es" => SPANISH,
        "pt" => PORTUGUESE,
        "fr" => FRENCH,
        "de" => GERMAN,
        "it" => ITALIAN,
        "nl" => DUTCH,
        "ar" => ARABIC,
        _ => "",
    }
}

fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}
