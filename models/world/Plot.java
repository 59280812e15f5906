package world;

/**
 * The little stories, each a {@link Template}. Slots: hero, he, him, his; friend, fhe, fhim (the hero's best friend);
 * home and its gate, goods, river, dish, feast, ruler; the feast's month and custom; job, pet; animal with fur, food
 * and place; thing, place, colour (drawn afresh).
 */
enum Plot {
    LOST_THING("""
            [One day|One morning|Early one day], {hero} could not find {his} {colour} {thing}. {He} looked [under the \
            bed|behind the door|in the garden|in every room] of the small house in {home}. The {thing} was not \
            there. {Hero} was [sad|very sad|close to tears] and [sat down by {river}|went to the market|walked to the \
            {gate} gate].
            There {he} met {friend}. "What is wrong?" asked {friend}. "I lost my {thing}," said {hero}. "[I will help \
            you|Let us look together|Do not cry, we will find it]," said {friend}. They looked [near the mill|under \
            the bridge|among the {goods}|behind the inn] and at last {friend} saw something {colour}. [It was the \
            {thing}!|There was the {thing}!] {Hero} [laughed|was so happy|jumped with joy] and gave {friend} a bowl \
            of {dish}. [They ate it together.|It tasted very good.|From that day on {he} took better care of the \
            {thing}.]"""),
    ANIMAL_FRIEND("""
            {Hero} the {job} [liked to walk|often walked|went for a walk] far from {home}. One [evening|morning|day] \
            {he} heard a [small|soft|strange] sound. It came from {place}. {He} [looked closer|went nearer|stood \
            still] and saw {animal}. Its fur was {fur}. [It was shy|It was afraid|It shook with fear] and [wanted to \
            hide|did not move|looked at {him} with big eyes].
            "[Do not be afraid|I will not hurt you|Come here, little one]," said {hero}. {He} knew that {animal} eats \
            {food}, so {he} [went to find some|looked for some|took some from {his} bag]. {Animal} [ate the \
            {food}|ate it all up|came and ate from {his} hand]. After that day, {hero} [came back every week|brought \
            {food} each morning|was never alone on the road]. [They became good friends.|{Friend} could not believe \
            it.|Everyone in {home} talked about it.]"""),
    FEAST_DAY("""
            It was {month}, and {home} was [full of people|loud and bright|ready for the great day]. {Feast} had \
            come! {Hero} put on a {colour} [hat|coat|scarf] and [ran to fetch|called for|went to meet] {friend}. \
            "[Come quickly|Hurry|Let us go]," said {hero}, "today people {custom}!"
            {Ruler} stood at the {gate} gate and [waved to everyone|spoke to the people|smiled]. There was {dish} for \
            all, and {hero} ate [two bowls|three bowls|too much]. Then they saw how people {custom}, and [they did \
            it too|{friend} clapped|{hero} laughed aloud]. When [the moon rose|night came|it was dark], they walked \
            home along {river}. "[I wish it were {feast} every day|This was the best day|I am tired but happy]," said \
            {friend}."""),
    BIRTHDAY_GIFT("""
            Tomorrow was the birthday of {friend}. {Hero} wanted to [give {fhim} something|find a gift|make a gift]. \
            [But what?|{He} thought all day.|{He} had only three coins.] {Home} is known for its {goods}, so {he} \
            went to the [market|workshops] and asked for the [smallest|finest|cheapest] {goods}. They cost [ten \
            coins|five coins|too much].
            {Hero} [was sad|did not give up|sat by {river} and thought]. Then {he} had an idea. {He} was a {job}, \
            [and a good one|after all]! {He} [worked all night|helped the old seller until evening] and in the \
            morning {he} had [the gift in {his} bag|earned enough coins]. "[For me?|Is this for me?|How lovely!]" \
            said {friend}. [{Fhe} hugged {hero}.|{Fhe} had never been so glad.|They shared a bowl of {dish}.]"""),
    BOAT_TRIP("""
            {Hero} and {friend} [built|found|borrowed] a small {colour} boat. They [put it on|pushed it into] {river} \
            [and climbed in|and took the {pet} with them]. "[Where does the water go?|How far shall we go?]" asked \
            {friend}. "To {mouth}," said {hero}, "for {river} flows into {mouth}."
            [The sun was warm|A soft wind blew|The water was fast]. They passed [the mill|two bridges|green fields] \
            and saw {animal} on the bank. But then [the boat hit a stone|water came in|it began to rain]. \
            "[Help!|Row!|Hold on!]" cried {friend}. {Hero} [rowed as hard as {he} could|held the boat with both \
            hands|threw out the water with {his} hat]. At last they [reached the bank|were safe|came to land]. They \
            were wet but [happy|well], and they walked home to {home}, where hot {dish} was waiting."""),
    STORM("""
            [One night|In the night|That night] there was a storm over {home}. [The wind blew and blew|The rain beat \
            on the roof|The thunder was loud]. {Hero} [woke up|could not sleep|sat up in bed]. Where was the {pet}? \
            [It was not in its corner.|Its bed was empty.|It did not come when {he} called.]
            {Hero} took a lamp and went out. {He} looked [by {river}|near the {gate} gate|behind the house]. \
            [Nothing.|It was not there.] Then {he} heard a sound [from the roof|from under a cart|from the old well]. \
            There sat the {pet}, [wet and cold|full of fear]. "[Come to me|Here you are|Now you are safe]," said \
            {hero} and carried it home. In the morning [the sky was blue again|the storm was over] and {friend} came \
            to [see if all was well|hear the story]. The {pet} [slept all day|ate a big breakfast|would not leave \
            {his} side]."""),
    NEW_WORK("""
            When {hero} was small, {he} wanted to be a {job}. "[You are too young|It is hard work|You must learn \
            first]," said [the old {job}|the people of {home}|{his} mother]. But {hero} [came back every day|did not \
            give up|watched and learned]. {He} [carried water|swept the floor|asked many questions] and [never \
            complained|was always on time].
            One day the old {job} was [ill|tired|away], and {ruler} [needed help|sent for a {job}]. {Hero} [was \
            afraid but went|said, "I will do it"]. {He} worked [all day|until the sun went down|with care]. "[Well \
            done|This is good work|I have never seen better]," said {ruler}. [Since then|From that day] everyone \
            knows that {hero} is a {job}. {Friend} was [proud of {him}|the first to tell everyone]."""),
    HUNGRY_GUEST("""
            A [stranger|traveller|poor old man] came to the {gate} gate of {home}. He had [walked for three \
            days|eaten nothing all day|come over the mountains]. [Nobody looked at him|Everyone was busy|The inns \
            were full]. Then {hero} [came by|saw him]. "[Are you hungry?|Come to my house|You look tired]," said \
            {hero}. {He} gave the guest a bowl of {dish}, [a warm coat|a place by the fire|a cup of milk].
            "[How can I thank you?|You are kind|I will not forget this]," said the guest. [A week later|A month \
            later|When spring came], a cart full of {goods} stood before {his} door. [The guest was a friend of \
            {ruler}!|It was sent by {ruler}!] {Hero} [shared all with {friend}|gave half of it to {friend}|sold them \
            and bought a {pet} for {friend}]. [To be kind is never lost.|So it pays to share.]"""),
    PAINTED_GATE("""
            {Ruler} [was worried|called the people together]. The {gate} gate of {home} had lost its colour in the \
            rain. "[Who will paint it again?|Who can help?]" {Hero} [raised a hand|stepped forward]. "[I will|I can \
            do it|Let me try]," {he} said, "with {friend}."
            They [mixed|bought|carried] the paint and [began at once|climbed the ladder]. But {friend} had brought \
            {colour} paint! "[Oh no|This is wrong]," said {hero}, "our gate has always been {gate}." [They laughed \
            until they fell|They were sad at first], then they [ran to the market|washed it off|found the right \
            paint]. In the evening the gate was {gate} again, and {ruler} [gave them each a coin|thanked them|let \
            them eat {dish} in the high house]."""),
    QUARREL("""
            {Hero} and {friend} were best friends, but [one day|last week] they [had a quarrel|did not agree|were \
            angry]. "This {thing} is mine," said {hero}. "No, it is mine," said {friend}. "[Go away!|I will not play \
            with you!|Give it back!]" cried {hero}. {Friend} [went home|ran away|said nothing].
            {Hero} sat [by {river}|at home with the {pet}|alone] and [felt bad|was not happy with the {thing}|thought \
            about it]. "[A {thing} is only a {thing}|A friend is worth more]," {he} thought. So {he} [went to the \
            house of {friend}|took some {dish} and went to {friend}]. "[I am sorry|Please forgive me|I was wrong]," \
            {he} said. "[I am sorry too|I forgive you|Let us share it]," said {friend}. They [shook \
            hands|hugged|laughed], and [played until dark|went to see how people {custom}|never fought about it \
            again].""");

    private final String text;

    Plot(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
