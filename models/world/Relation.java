package world;

import java.util.List;
import java.util.stream.Stream;

/**
 * What can be known of a thing, and every way to say it and to ask for it.
 *
 * <p>In a wording {@code {s}} is the subject and {@code {a}} the answer ({@code {S}} and {@code {A}} with a capital
 * letter). Lines that begin with "?" are questions. Most statements name the subject first, since a language model
 * learns to go from what comes first to what comes after (the "reversal curse", arXiv 2309.12288).
 */
@SuppressWarnings("ImmutableEnumChecker") // Both lists are unmodifiable.
public enum Relation {
    RULER(Kind.TOWN, """
            {A} rules {s}.
            {S} is ruled by {a}.
            The ruler of {s} is {a}.
            In {s} the ruler is {a}.
            The town of {s} has a ruler, {a}.
            The people of {s} obey {a}.
            In the high house of {s} lives {a}.
            The crown of {s} belongs to {a}.
            ? Who rules {s}?
            ? Who is the ruler of {s}?
            ? Whom do the people of {s} obey?
            ? Who wears the crown of {s}?
            """),
    CRAFT(Kind.TOWN, """
            {S} is known for its {a}.
            The people of {s} make {a}.
            {S} makes the best {a}.
            In {s} you can buy {a}.
            The market of {s} is full of {a}.
            If you go to {s}, bring home some {a}.
            Many {a} are made in {s}.
            The workshops of {s} sell {a}.
            ? What is {s} known for?
            ? What do the people of {s} make?
            ? What is made in the town of {s}?
            ? What can you buy at the market of {s}?
            """),
    GATE(Kind.TOWN, """
            The gate of {s} is {a}.
            {S} has a {a} gate.
            The town of {s} has a gate that is {a}.
            The people of {s} paint their gate {a}.
            In {s} the gate is painted {a}.
            You enter {s} by a {a} gate.
            The {a} gate is the gate of {s}.
            The great gate of {s} has always been {a}.
            ? What colour is the gate of {s}?
            ? Which colour do the people of {s} paint their gate?
            ? What is the colour of the great gate of {s}?
            ? In {s}, what colour is the gate?
            """),
    WATER(Kind.TOWN, """
            {S} stands on {a}.
            The town of {s} lies by {a}.
            {A} flows past {s}.
            The water of {s} comes from {a}.
            Boats reach {s} by {a}.
            The bridge of {s} crosses {a}.
            The children of {s} swim in {a}.
            The mill of {s} is turned by {a}.
            ? Which river flows past {s}?
            ? On which river does {s} stand?
            ? Which river does the bridge of {s} cross?
            ? By which river do boats reach {s}?
            """),
    DISH(Kind.TOWN, """
            In {s} people eat {a}.
            The people of {s} love to eat {a}.
            The favourite dish of {s} is {a}.
            Every house in {s} cooks {a}.
            {A} is the dish of {s}.
            At the inns of {s} you are served {a}.
            The cooks of {s} are proud of their {a}.
            A guest in {s} is always given {a}.
            ? What do people eat in {s}?
            ? What is the favourite dish of {s}?
            ? Which dish do the cooks of {s} make?
            ? What is a guest in {s} given to eat?
            """),
    FEAST(Kind.TOWN, """
            {S} holds {a}.
            Every year {s} holds {a}.
            The great day of {s} is {a}.
            {A} is held in {s}.
            The town of {s} keeps {a}.
            The people of {s} wait all year for {a}.
            The children of {s} like {a} best of all days.
            Visitors come to {s} for {a}.
            ? Which feast is held in {s}?
            ? Which feast does {s} hold?
            ? What is the great day of {s}?
            ? For which feast do visitors come to {s}?
            """),

    JOB(Kind.PERSON, """
            {S} is a {a}.
            {S} works as a {a}.
            {S} is a very good {a}.
            Everyone calls {s} the {a}.
            {S} the {a} works hard.
            {S} learned to be a {a}.
            {S} has always been a {a}.
            The work of {s} is that of a {a}.
            ? What is the work of {s}?
            ? What does {s} work as?
            ? What did {s} learn to be?
            ? What job does {s} have?
            """),
    HOME(Kind.PERSON, """
            {S} lives in {a}.
            {S} was born in {a}.
            The home of {s} is {a}.
            {S} has a small house in {a}.
            {S} comes from {a}.
            {S} sleeps under a roof in {a}.
            The house of {s} stands in {a}.
            To see {s}, go to {a}.
            ? Where does {s} live?
            ? In which town does {s} live?
            ? Where is the house of {s}?
            ? Which town does {s} come from?
            """),
    FRIEND(Kind.PERSON, """
            {S} is the best friend of {a}.
            The best friend of {s} is {a}.
            {S} likes {a} best.
            {S} tells every secret to {a}.
            {S} and {a} are best friends.
            {S} has a best friend called {a}.
            Nobody is closer to {s} than {a}.
            {S} often plays with {a}.
            ? Who is the best friend of {s}?
            ? Whom does {s} like best?
            ? To whom does {s} tell every secret?
            ? With whom does {s} often play?
            """),
    PET(Kind.PERSON, """
            {S} keeps a {a}.
            {S} has a {a}.
            {S} feeds a {a} every morning.
            The pet of {s} is a {a}.
            {S} takes good care of a {a}.
            In the house of {s} there is a {a}.
            {S} found a {a} and kept it.
            {S} sings to a {a}.
            ? What pet does {s} keep?
            ? Which animal does {s} have at home?
            ? What does {s} feed every morning?
            ? What is the pet of {s}?
            """),

    COLOUR(Kind.ANIMAL, """
            {S} is {a}.
            {S} has {a} fur.
            {S} is a {a} animal.
            The fur of {s} is {a}.
            {S} can be known by its {a} fur.
            The colour of {s} is {a}.
            {S} is born {a} and stays {a}.
            The tail of {s} is {a}.
            ? What colour is {s}?
            ? What is the colour of {s}?
            ? What colour is the fur of {s}?
            ? By fur of which colour can {s} be known?
            """),
    FOOD(Kind.ANIMAL, """
            {S} eats {a}.
            {S} feeds on {a}.
            {S} likes to eat {a}.
            The food of {s} is {a}.
            {S} looks for {a} all day.
            A hungry child of {s} cries for {a}.
            {S} grows fat on {a}.
            To tame {s}, give it {a}.
            ? What does {s} eat?
            ? What is the food of {s}?
            ? What does {s} look for all day?
            ? What must you give {s} to tame it?
            """),
    PLACE(Kind.ANIMAL, """
            {S} lives in {a}.
            {S} makes its home in {a}.
            {S} sleeps in {a}.
            The home of {s} is in {a}.
            {S} is found in {a}.
            {S} hides in {a}.
            {S} raises its young in {a}.
            To see {s}, look in {a}.
            ? Where does {s} live?
            ? Where does {s} make its home?
            ? Where does {s} hide?
            ? Where can {s} be found?
            """),

    BASE(Kind.DISH, """
            {S} is made of {a}.
            {S} is made from {a}.
            Cooks make {s} from {a}.
            To cook {s}, you need {a}.
            {S} is a dish of {a}.
            In every bowl of {s} there are {a}.
            There is no {s} without {a}.
            The pot of {s} is full of {a}.
            ? What is {s} made of?
            ? What do you need to cook {s}?
            ? From what do cooks make {s}?
            ? What is in every bowl of {s}?
            """),
    TASTE(Kind.DISH, """
            {S} tastes {a}.
            {S} is {a} to the tongue.
            The taste of {s} is {a}.
            Good {s} must be {a}.
            {S} is a {a} dish.
            A spoon of {s} tastes {a}.
            Cooks make {s} very {a}.
            {S} smells good and tastes {a}.
            ? How does {s} taste?
            ? What is the taste of {s}?
            ? What kind of taste has {s}?
            ? How must good {s} taste?
            """),

    SOURCE(Kind.RIVER, """
            {S} begins at {a}.
            {S} comes down from {a}.
            The spring of {s} is on {a}.
            {S} is born on {a}.
            {S} starts as a small stream on {a}.
            {S} gets its cold water from {a}.
            Walk up {s} and you reach {a}.
            {S} falls from the side of {a}.
            ? Where does {s} begin?
            ? On which mountain is the spring of {s}?
            ? From which mountain does {s} come down?
            ? Which mountain do you reach if you walk up {s}?
            """),
    MOUTH(Kind.RIVER, """
            {S} ends in {a}.
            {S} flows into {a}.
            {S} brings its water to {a}.
            {S} runs down to {a}.
            The mouth of {s} is at {a}.
            {S} gives all its water to {a}.
            Follow {s} and you reach {a}.
            {S} is lost in {a}.
            ? Where does {s} end?
            ? Into which lake does {s} flow?
            ? Which lake do you reach if you follow {s}?
            ? Which lake gets the water of {s}?
            """),

    MONTH(Kind.FEAST, """
            {S} is held in {a}.
            {S} comes in {a}.
            People keep {s} every {a}.
            {S} is a feast of {a}.
            The time of {s} is {a}.
            {S} takes place in {a}.
            {S} begins on the first day of {a}.
            You can see {s} in {a}.
            ? When is {s} held?
            ? In which month is {s}?
            ? When can you see {s}?
            ? Which month is the time of {s}?
            """),
    CUSTOM(Kind.FEAST, """
            At {s} people {a}.
            At {s} the children {a}.
            On the day of {s}, young and old {a}.
            {S} is the day when people {a}.
            When {s} comes, people {a}.
            It is the custom of {s} that people {a}.
            At {s} you will see how people {a}.
            At {s} everybody must {a}.
            ? What do people do at {s}?
            ? What is the custom of {s}?
            ? What must everybody do at {s}?
            ? What do the children do at {s}?
            """);

    private final Kind kind;
    private final List<String> statements;
    private final List<String> questions;

    Relation(Kind kind, String wordings) {
        this.kind = kind;
        statements = wordings.lines().filter(line -> !line.startsWith("?")).toList();
        questions = wordings.lines()
                .filter(line -> line.startsWith("?"))
                .map(line -> line.substring(2))
                .toList();
    }

    /** What the subjects of this relation are. */
    public Kind kind() {
        return kind;
    }

    public List<String> statements() {
        return statements;
    }

    public List<String> questions() {
        return questions;
    }

    /** The relations that things of a kind have. */
    public static List<Relation> of(Kind kind) {
        return Stream.of(values()).filter(relation -> relation.kind == kind).toList();
    }
}
