"""Words that speak for, against, in denial or in doubt: a small opinion lexicon, written for newsvane by hand.

The lists hold base forms; `polarity` finds "praised", "praises" and "praising" under "praise". They are not meant
to decide a stance, only to give a model that has seen few examples a hold on words that it has not seen.
"""

from __future__ import annotations

from functools import lru_cache

_FAVOR = """
able abundance abundant acceptable access accessible acclaim accomplish accountability accountable achieve achievement
adequate admirable admire advance advantage advantageous affordable agree aid alleviate alleviation allow amazing
ambitious ample appeal appealing applaud appreciate appropriate approve asset assist assurance assure attractive
authentic autonomy available award awesome backbone balance beautiful beloved beneficial benefit best better blessing
bold boost brave bravery breakthrough bright brilliant calm candid capable care caring celebrate champion charity
charming cheap cheer choice civil clarity clean clear clever coherent comfort comfortable commend commendable
compassion compassionate competent competitive competitiveness confidence confident confirm conscience consensus
conserve constructive contribute convenient cooperate cooperation cooperative correct courage courageous courtesy
create creative credible cultivate cure curious dear decency decent dedicated dedication defend delight deliver
democracy democratic democratization dependable deserve desirable develop development devoted dignity diligent
discipline discovery diverse diversity donate durable eager ease easy economical educate educated effective efficiency
efficient elegant eloquent employment empower empowerment enable encourage endorse endorsement energetic enhance enjoy
enlighten enlightened enrich ensure enthusiasm enthusiastic entitle equality equitable essential esteem ethical excel
excellence excellent exceptional excited exciting exemplary expert expertise fabulous facilitate fair fairness faith
faithful famous fantastic fascinating favor favorable favorite favour favourable feasible fine flexible flourish
forgive fortunate forward foster foundation free freedom friend friendly friendship fruitful fulfil fun fund gain
generosity generous genius gentle genuine genuinely gift glad good goodwill grace graceful gracious grateful great
greatness grow growth guarantee handsome happiness happy harmless harmony heal healthy help helpful heritage hero
heroic heroism honest honesty honor honorable honour honourable hope hopeful hospitable humane humble ideal important
impressive improve improved improvement incentive inclusion inclusive independence independent informed ingenious
initiative innocent innovation innovative insight inspiration inspire inspiring integrity intelligent invaluable
invest investment invite joy joyful just justice justified keen kind kindness know knowledge laud lawful lead
leadership legacy legal legitimate liberal liberate liberty life-saving like literacy logical love lovely loyal
loyalty magnificent maintain marvel master masterful mature meaningful merit mighty miracle modern modest moral
motivate necessary nice noble nurture opportunity optimal optimism optimistic orderly outstanding overcome paramount
participation partner partnership passionate patient patriot patriotic peace peaceful peacekeeping perfect persuasive
pioneer pleasant please pleasure popular positive powerful practical pragmatic praise precious prefer preserve
prestige prevent pride principled privacy privilege productive productivity professional profit profitable progress
prominent promise promising promote proper prosper prosperity prosperous protect protection proud proven provide
prudent quality rational reason reasonable rebuild recommend recover reform refreshing rejoice relevant reliable
relief remarkable renewable renewed renowned repair rescue resilient resolve respect respected respectful
responsibility responsible restore revive revolutionary reward rich right rightly robust safe safety salute satisfy
save savings scientific secure security self-determination sensible serve shine shrewd significant simple sincere
skilful skill skilled smart smooth solid solidarity solution solve sophisticated sound sovereignty special spirit
splendid stability stable stellar stimulate straightforward strength strengthen strong succeed success successful
suitable super superb superior support supporter supportive sustainable sweet sympathy talented tender terrific thank
thankful thoughtful thoughtfully thrive tolerance tough transparency transparent treasure tremendous triumph truly
trust trusted trustworthy truth truthful unanimous unbiased understand understanding unite unity upgrade uphold
upstanding urge useful valid valuable value versatile viable vibrant victory vigorous virtue virtuous vision visionary
vital vitality warm wealth welcome welcomed welfare well well-being willing willingness win winner wisdom wise wonder
wonderful worth worthwhile worthy yes
"""
_AGAINST = """
abandon abhorrent abolish absurd abuse abusive accuse addiction afraid aggravate aggression aggressive ailing alarm
alarming alienate allegation ambiguous anarchy anger angry anguish annihilate annoy anti antiquated anxiety anxious
apathy appalling arbitrary arrest arrogance arrogant ashamed assault atheist atrocious atrocity attack authoritarian
awful awkward bad badly ban bankrupt barbaric barrier baseless betray betrayal bias biased bigot blackmail blame
blatant bleak bleed bloated block bloodshed bloody blunder bogus bomb boring boycott breach break broken brutal
brutality bully burden bureaucratic burn bust byproduct cancel careless casualty catastrophe catastrophic censor
censorship chaos chaotic cheat clash coerce coercion coercive collapse complain complaint complicate complicated
compromise condemn condescending conflict confrontation confuse confusing confusion conspiracy constrain contaminate
contamination contempt contradict controversial corrupt corruption cost costly coup coward cowardly crack crash crazy
crime criminal cripple crisis critic critical criticise criticism criticize cronyism crooked cruel cruelty crush cult
curse curtail cynical damage damaging damn danger dangerous dead deadly death debacle debt decay deceit deceive
deception decline decrease deepen defeat defect defiance deficit degradation degrade delay delinquency delusion demean
demise demonize denounce deny dependence deplete deplorable deplore deprive derail despair desperate despicable
destabilize destroy destruction destructive deteriorate deterioration detrimental devastate devastating dictator
dictatorship difficult difficulty dilemma dire disable disadvantage disagree disagreement disappoint disappointing
disappointment disaster disastrous discomfort discourage discredit discriminate discrimination disease disgrace
disgraceful disgust disgusting dishonest disillusion dislike dismal dismantle dismay dismayed dismiss disorder
disparage disparity displace displacement disregard disrespect disrupt disruptive dissatisfied distort distortion
distress distrust distrustful disturb disturbing divide divisive dominate doom doubtful downfall downside drain dread
drop drown drug drunk dubious dump dysfunctional elitist embarrass embarrassing embarrassment emergency emission
endanger enemy erode erosion erratic error escalate eviction evil exacerbate excessive exclude exclusion excuse
exhaust exhausted expensive exploit exploitation expose extinct extinction extreme extremist fail failing failure fake
fallacy falsehood famine fanatic farce fascist fatal fault faulty fear fearful fiasco fight flaw flawed flee flood foe
fool foolish forbid fraud fraudulent frighten frightening frustrate frustrating frustration fume furious futile gaffe
garbage ghastly gloomy graft grave greed greedy grief grievance grim grind grotesque guilt guilty gulag hamper
hamstring harass harassment hard hardship harm harmful harsh hate hateful hatred havoc hazard hazardous hell helpless
hideous hinder hoax homeless horrible horrific horror hostile hostility humiliate humiliating humiliation hunger hurt
hypocrisy hypocrite hypocritic hypocritical idiot idiotic ignorance ignorant ignore ill illegal illegitimate illogical
imbalance immoral impair impede imperialism imperialist impose impossible impotent impoverish impractical imprison
improper inability inaccurate inaction inadequate inappropriate incapable incite incompetence incompetent inconsistent
indecent indefensible ineffective inefficiency inefficient inept inequality inequity inexcusable inferior inflation
infringe infringement inhumane injure injury injustice insane insecure insensitive instability insult insulting
interfere interference intimidate intimidation intolerable intolerance intolerant intrusive invade invalid irrational
irrelevant irresponsible irritate isolate jail jeopardize kill killer lack lame lament lawless lazy liability liar lie
limit litter loophole lose loser loss ludicrous lunatic lying mad madness malicious manipulate manipulation
manipulative marginalize massacre meaningless meddle mediocre menace mess misconduct miserable misery misguided
misinform mislead misleading misrepresent mistake mistaken mistrust misunderstand misuse mock mockery monopoly monster
monstrous murder naive narcissist nasty needless negative neglect nightmare nonsense nonsensical nuisance obesity
objectify objection objectionable obscene obsolete obstacle obstruct odd offence offend offense offensive opponent
oppose opposition oppress oppression oppressive oust outdated outrage outrageous overburden overcrowded overpopulation
overpriced overreach overrun overwhelm pain painful panic paranoid pathetic penalty peril persecute persecution
perverse pervert petty phony pity plague plot poison poisonous pollutant pollute pollution poor poorer poorly poverty
predatory prejudice prejudiced pressure pretend prison problem problematic prohibit proliferation propaganda protest
provoke punish punishment puppet quagmire quarrel questionable quit racism racist rage rape ravage rebel rebuke
recession reckless redundant refuse regime regret regrettable regrettably reject rejection repress repression
repressive repulsive resent resentment resign restrict restriction rhetoric ridicule ridiculous rigid riot risk risky
rob rogue rotten rude ruin ruthless sabotage sacrifice sad sadly scam scandal scapegoat scare scary sceptical scold
selfish senseless severe sexist shallow shame shameful shameless shock shocking shoddy short-sighted shortage
shortcoming shun sick sin sinister skeptical slam slander slaughter slave slavery sloppy slow slur smear spoil
squander stagnant stall starvation steal stereotype stifle stigma stop strain stress strife struggle stubborn stun
stupid stupidity subvert suffer suffering suicide suppress suspicion suspicious taint tension terrible terrify terror
terrorism terrorist terrorize theft thief threat threaten toll torture toxic tragedy tragic traitor trauma traumatic
treason trick trouble troublesome tumble turmoil tyrannical tyranny tyrant ugly unable unacceptable unaccountable
unaffordable uncertain unclear unconstitutional undemocratic undercut undermine undesirable uneasy unemployment
unequal unethical unfair unfit unfortunate unfortunately unhappy unhealthy uninformed unjust unjustified unlawful
unnecessary unpopular unprecedented unproven unqualified unreasonable unreliable unrest unsafe unstable unsustainable
untrue unwanted unwilling unwise unworkable unworthy uproar upset useless vain vandalize vengeance vicious victim vile
violate violation violence violent violently vulnerable war warfare warn warning waste wasted wasteful weak weaken
weakness weird wicked woe worry worse worsen worst worthless wound wreck wrong wrongdoing wrongly
"""
_DENIAL = """
allegedly baseless bogus bunk conspiracy contradict contrary cover-up debunk denial denied denies deny disproof
disprove dispute doctored doubt fabricate fabrication fake false falsely fiction fraud hoax inaccurate incorrect lie
misinformation misleading mistaken myth nope parody phony prank pretend pseudo refute reject retract rumor rumour
satire scam skeptic skeptical unfounded unproven unsubstantiated untrue wrong
"""
_DOUBT = """
allege alleged allegedly apparently appear believe claim could doubt if investigate likely may maybe might perhaps
possible possibly potential probable probably purport question report reported reportedly rumor rumored rumour seem
source speculate speculation suggest supposed supposedly suspect think uncertain unclear unconfirmed unknown
unverified whether
"""
_OPPOSING = """
abandon abolish abort against anti arrest ban bar block boycott cancel cap cease ceiling censor close closure condemn
criminalise criminalize curb curtail cut damaging dangerous defund demolish deny deport disband dismantle dismiss
eliminate end evil exclude expel fail failed forbid freeze halt harm harmful impeach isolate jail kill leave limit
moratorium never no non not opponent oppose opposition outlaw overthrow overturn penalty phase-out prohibit
prohibition punish quit reduce reject removal remove repeal resign restrict restriction revoke sack sanction scrap
shut shutdown stop suspend suspension tax terminate unjust unjustified veto withdraw withdrawal without wrong
"""
_NEGATION = """
ain't aren't arent barely can't cannot cant couldn't couldnt didn't didnt doesn't doesnt don't dont hadn't hardly
hasn't hasnt haven't havent isn't isnt lack neither never no nobody none nor not nothing nowhere scarcely shouldn't
shouldnt wasn't wasnt weren't without won't wont wouldn't wouldnt
"""

FAVOR, AGAINST, DENIAL, DOUBT, OPPOSING, NEGATION = (
    frozenset(words.split()) for words in (_FAVOR, _AGAINST, _DENIAL, _DOUBT, _OPPOSING, _NEGATION)
)


@lru_cache(1 << 16)
def has(lexicon: frozenset[str], word: str) -> bool:
    """Whether a word (in lower case) or its base form is in a lexicon."""
    return not lexicon.isdisjoint(_forms(word))


@lru_cache(1 << 16)
def polarity(word: str) -> int:
    """1 for a word that speaks for something, -1 for one against, else 0."""
    for form in _forms(word):
        if form in AGAINST:
            return -1
        if form in FAVOR:
            return 1
    return 0


def negates(word: str) -> bool:
    """Whether a word turns the sense of those behind it round."""
    return word in NEGATION or word.endswith("n't")


def _forms(word: str) -> list[str]:
    """A word and what may be its base form."""
    forms = [word]
    for ending in ("s", "es", "d", "ed", "ing", "ly", "er", "est"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            stem = word[: -len(ending)]
            forms.append(stem)
            if ending in {"ing", "er", "est"}:
                forms.append(f"{stem}e")
            if ending in {"es", "ed", "ly", "er", "est"} and stem.endswith("i"):
                forms.append(f"{stem[:-1]}y")
            if ending in {"ed", "ing", "er"} and len(stem) > 3 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])
    return forms
