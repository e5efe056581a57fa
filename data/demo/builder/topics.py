"""The twelve research interests and their vocabulary. The terms are the field's own: topics are not people."""

# ruff: noqa: E501 - a list of phrases is read as one line
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interest:
    """A research interest.

    Attributes:
        name: what somebody would type.
        topic: OpenAlex's kind of name for the cluster of works; as there, it often does not hold the words that people
            type. ``field`` is (subfield, field, domain) with ids.
        terms: related terms; some become keywords, all may stand in a text.
        tasks, methods, data: noun phrases for titles and sentences.
        troubles: what is hard, as the end of a sentence.
        venues: two conferences (with month) and a journal, all invented.
    """

    name: str
    topic: str
    field: tuple[str, str, str]
    terms: tuple[str, ...]
    tasks: tuple[str, ...]
    methods: tuple[str, ...]
    data: tuple[str, ...]
    troubles: tuple[str, ...]
    venues: tuple[tuple[str, int], tuple[str, int], tuple[str, int]]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


_AI = ("1702 Artificial Intelligence", "17 Computer Science", "3 Physical Sciences")
_VISION = ("1707 Computer Vision and Pattern Recognition", "17 Computer Science", "3 Physical Sciences")
_CONTROL = ("2207 Control and Systems Engineering", "22 Engineering", "3 Physical Sciences")
_BIO = ("1312 Molecular Biology", "13 Biochemistry, Genetics and Molecular Biology", "1 Life Sciences")
_SOCIAL = ("3312 Sociology and Political Science", "33 Social Sciences", "2 Social Sciences")
_HUMAN = ("1709 Human-Computer Interaction", "17 Computer Science", "3 Physical Sciences")
_SOFTWARE = ("1712 Software", "17 Computer Science", "3 Physical Sciences")
_CLIMATE = ("2306 Global and Planetary Change", "23 Environmental Science", "3 Physical Sciences")
_QUANTUM = ("3107 Atomic and Molecular Physics, and Optics", "31 Physics and Astronomy", "3 Physical Sciences")
_MEDICAL = ("2741 Radiology, Nuclear Medicine and Imaging", "27 Medicine", "4 Health Sciences")

INTERESTS: tuple[Interest, ...] = (
    Interest(
        "multimodal learning",
        "Multimodal Machine Learning and Vision-Language Models",
        _VISION,
        _split(
            "vision-language models|cross-modal retrieval|audio-visual learning|contrastive pretraining|visual question answering|modality fusion|image captioning|missing modalities|text-to-image alignment|multimodal representation"
        ),
        _split(
            "cross-modal retrieval|audio-visual speech recognition|visual question answering|video captioning|image-text matching|emotion recognition from voice and face|referring expression grounding|document understanding"
        ),
        _split(
            "contrastive alignment|late modality fusion|cross-attention adapters|a shared multimodal encoder|modality dropout|gated fusion tokens|instruction tuning with images|masked cross-modal prediction"
        ),
        _split(
            "paired images and captions|silent video with transcripts|unpaired audio and text|noisy web image-text pairs|egocentric video|sensor and speech streams"
        ),
        _split(
            "one modality is missing at test time|the dominant modality drowns the others|paired data are scarce|captions describe only part of the image"
        ),
        (
            ("Fictional Conference on Vision and Language", 6),
            ("Invented Symposium on Multimodal Systems", 10),
            ("Imaginary Journal of Perception and Learning", 3),
        ),
    ),
    Interest(
        "legged locomotion",
        "Robot Gaits and Whole-Body Control",
        _CONTROL,
        _split(
            "quadruped robots|whole-body control|model predictive control|sim-to-real transfer|gait generation|contact planning|bipedal walking|terrain perception|reinforcement learning for locomotion|actuator models"
        ),
        _split(
            "quadruped trotting on rough terrain|bipedal stair climbing|dynamic jumping|fall recovery|payload carrying|gait transition|perceptive foothold selection"
        ),
        _split(
            "whole-body model predictive control|sim-to-real reinforcement learning|contact-implicit trajectory optimisation|a learned actuator model|teacher-student policies|hybrid zero dynamics"
        ),
        _split(
            "deformable ground|icy slopes|a torque-controlled quadruped|a low-cost biped|stepping stones|forest trails"
        ),
        _split(
            "contacts switch faster than the planner can follow|simulated friction differs from the ground|state estimation drifts in flight phases|payloads change the dynamics"
        ),
        (
            ("Fictional Conference on Walking Machines", 5),
            ("Invented Robotics and Control Meeting", 9),
            ("Imaginary Journal of Field Robotics", 2),
        ),
    ),
    Interest(
        "protein structure prediction",
        "Protein Folding and Molecular Modelling",
        _BIO,
        _split(
            "protein language models|protein folding|multiple sequence alignment|protein-ligand docking|side-chain packing|structure-based design|conformational ensembles|cryo-electron microscopy|contact maps|equivariant networks"
        ),
        _split(
            "monomer structure prediction|complex assembly prediction|loop modelling|side-chain packing|ligand pose prediction|conformational ensemble sampling|model quality estimation"
        ),
        _split(
            "an equivariant diffusion model|protein language model embeddings|alignment-free folding|differentiable refinement|template-guided attention|coarse-grained energy learning"
        ),
        _split(
            "orphan proteins|membrane proteins|antibody loops|intrinsically disordered regions|low-depth alignments|metagenomic sequences"
        ),
        _split(
            "homologous sequences are few|a protein takes several conformations|experimental maps are of low resolution|predicted confidence is poorly calibrated"
        ),
        (
            ("Fictional Conference on Learning in Biology", 7),
            ("Invented Workshop on Molecular Machines", 11),
            ("Imaginary Journal of Structural Bioinformatics", 4),
        ),
    ),
    Interest(
        "bandits",
        "Bandit Algorithms and Sequential Decision Making",
        _AI,
        _split(
            "multi-armed bandits|regret bounds|contextual bandits|thompson sampling|best-arm identification|upper confidence bound|exploration-exploitation|off-policy evaluation|adversarial bandits|bayesian optimisation"
        ),
        _split(
            "best-arm identification|contextual recommendation|dynamic pricing|off-policy evaluation|adaptive clinical trials|budgeted exploration|ranking under partial feedback"
        ),
        _split(
            "Thompson sampling with misspecified priors|an optimistic linear bandit|information-directed sampling|variance-aware confidence bounds|successive elimination|a doubly robust estimator"
        ),
        _split(
            "heavy-tailed rewards|delayed feedback|non-stationary arms|graph-structured actions|large action sets|batched interaction"
        ),
        _split(
            "rewards arrive with unknown delay|the environment changes without notice|confidence sets are too wide in practice|feedback is censored"
        ),
        (
            ("Fictional Conference on Learning Theory and Decisions", 7),
            ("Invented Symposium on Bandits and Games", 12),
            ("Imaginary Journal of Sequential Decisions", 5),
        ),
    ),
    Interest(
        "federated learning",
        "Privacy-Preserving and Federated Machine Learning",
        _AI,
        _split(
            "differential privacy|client heterogeneity|secure aggregation|personalised models|communication compression|non-iid data|on-device training|split learning|byzantine robustness|federated averaging"
        ),
        _split(
            "cross-device keyboard prediction|hospital-to-hospital model training|personalised federated fine-tuning|client selection|secure aggregation|federated unlearning|poisoning defence"
        ),
        _split(
            "server-side momentum|low-rank client adapters|clustered aggregation|gradient sketching|differentially private averaging|knowledge distillation across clients"
        ),
        _split(
            "non-iid clients|intermittently connected phones|small hospitals|heterogeneous hardware|unbalanced label distributions|streaming clients"
        ),
        _split(
            "client data are not identically distributed|uplink bandwidth is tiny|some clients are malicious|privacy budgets run out quickly"
        ),
        (
            ("Fictional Conference on Distributed Learning", 4),
            ("Invented Symposium on Private Data", 8),
            ("Imaginary Journal of Trustworthy Computing", 1),
        ),
    ),
    Interest(
        "computational social science",
        "Online Behaviour and Opinion Dynamics",
        _SOCIAL,
        _split(
            "misinformation|social networks|agent-based models|polarisation|online communities|survey weighting|digital trace data|collective attention|content moderation|text as data"
        ),
        _split(
            "tracing misinformation cascades|measuring polarisation|estimating opinion from posts|auditing recommendation feeds|modelling community norms|detecting coordinated accounts"
        ),
        _split(
            "an agent-based model|a natural experiment|stance embeddings|exponential random graphs|post-stratified language model annotation|difference-in-differences"
        ),
        _split(
            "short-video platforms|volunteer encyclopaedias|local news comments|messenger groups|parliamentary speeches|mobility traces"
        ),
        _split(
            "platform access is closing|digital traces are not representative|exposure is never observed directly|annotators disagree for good reasons"
        ),
        (
            ("Fictional Conference on Web and Society", 5),
            ("Invented Meeting on Social Data", 9),
            ("Imaginary Journal of Digital Society", 6),
        ),
    ),
    Interest(
        "quantum error correction",
        "Fault-Tolerant Quantum Computing",
        _QUANTUM,
        _split(
            "surface codes|syndrome decoding|logical qubits|fault-tolerant gates|stabilizer codes|magic state distillation|bosonic codes|low-density parity-check codes|noise bias|lattice surgery"
        ),
        _split(
            "real-time syndrome decoding|logical gate synthesis|magic state distillation|leakage reduction|code switching|noise characterisation|threshold estimation"
        ),
        _split(
            "a belief-propagation decoder|a neural syndrome decoder|tailored surface codes|hypergraph product codes|flag qubits|erasure conversion"
        ),
        _split(
            "biased noise|superconducting qubits|neutral atom arrays|photonic cluster states|correlated errors|small distances"
        ),
        _split(
            "decoders are slower than the syndrome cycle|errors are correlated in space and time|qubit overhead is prohibitive|leakage out of the code space accumulates"
        ),
        (
            ("Fictional Conference on Quantum Information", 1),
            ("Invented Workshop on Fault Tolerance", 6),
            ("Imaginary Journal of Quantum Engineering", 9),
        ),
    ),
    Interest(
        "low-resource machine translation",
        "Multilingual Translation Systems",
        _AI,
        _split(
            "neural machine translation|back-translation|multilingual models|parallel corpora|transfer learning|subword segmentation|zero-shot translation|endangered languages|translation quality estimation|morphologically rich languages"
        ),
        _split(
            "zero-shot translation|speech-to-text translation|dialect normalisation|parallel sentence mining|terminology-constrained translation|translation quality estimation"
        ),
        _split(
            "iterative back-translation|multilingual adapter layers|lexicon-guided prompting|subword regularisation|pivot-language distillation|retrieval of similar sentences"
        ),
        _split(
            "languages with few speakers|oral languages|code-switched text|religious and legal texts only|a hundred language pairs|noisy web crawls"
        ),
        _split(
            "parallel corpora are tiny|orthography is not standardised|automatic metrics fail for morphologically rich languages|web text is mislabelled"
        ),
        (
            ("Fictional Conference on Languages and Computing", 7),
            ("Invented Meeting on Machine Translation", 11),
            ("Imaginary Journal of Language Engineering", 3),
        ),
    ),
    Interest(
        "medical image segmentation",
        "Image Analysis in Radiology",
        _MEDICAL,
        _split(
            "tumour segmentation|magnetic resonance imaging|computed tomography|annotation-efficient learning|uncertainty estimation|domain shift|ultrasound|histopathology|weak supervision|organ delineation"
        ),
        _split(
            "brain tumour segmentation|cardiac magnetic resonance segmentation|liver lesion delineation|nuclei segmentation in histopathology|retinal vessel segmentation|fetal ultrasound measurement"
        ),
        _split(
            "a promptable segmentation network|test-time adaptation|shape-aware losses|semi-supervised mean teachers|boundary uncertainty maps|self-supervised volume pretraining"
        ),
        _split(
            "multi-centre scans|partially labelled volumes|low-field scanners|rare diseases|inter-rater disagreement|portable ultrasound"
        ),
        _split(
            "expert contours cost hours|scanners differ between hospitals|small lesions vanish in the loss|raters disagree at the boundary"
        ),
        (
            ("Fictional Conference on Medical Imaging", 10),
            ("Invented Symposium on Imaging Biomarkers", 4),
            ("Imaginary Journal of Image Analysis in Medicine", 7),
        ),
    ),
    Interest(
        "program synthesis",
        "Machine Learning for Code and Formal Methods",
        _SOFTWARE,
        _split(
            "code generation|programming by example|neurosymbolic search|type-directed synthesis|program repair|large language models of code|formal verification|library learning|execution feedback|domain-specific languages"
        ),
        _split(
            "programming by example|spreadsheet transformation|loop invariant inference|automated program repair|regular expression synthesis|query generation|proof script completion"
        ),
        _split(
            "type-directed enumeration|execution-guided decoding|counterexample-guided search|library learning|grammar-constrained language models|a neurosymbolic planner"
        ),
        _split(
            "partial specifications|long-tail libraries|student programs|data-wrangling scripts|hardware description languages|input-output examples"
        ),
        _split(
            "the search space explodes with program length|tests underspecify the intent|generated code is hard to trust|library functions are unseen in training"
        ),
        (
            ("Fictional Conference on Programming and Learning", 6),
            ("Invented Symposium on Software Reasoning", 1),
            ("Imaginary Journal of Programs and Proofs", 11),
        ),
    ),
    Interest(
        "climate downscaling",
        "Regional Climate Projections",
        _CLIMATE,
        _split(
            "regional climate models|precipitation extremes|statistical downscaling|bias correction|super-resolution|emulators|ensemble projections|generative weather models|convective storms|reanalysis data"
        ),
        _split(
            "daily precipitation downscaling|wind field super-resolution|heatwave projection|snow cover reconstruction|regional climate emulation|bias correction of extremes"
        ),
        _split(
            "a conditional diffusion model|physics-constrained super-resolution|quantile mapping with covariates|a graph-based emulator|stochastic interpolants|transfer from reanalysis"
        ),
        _split(
            "mountain valleys|sparse station networks|convection-permitting simulations|small island states|unseen warming levels|monsoon regions"
        ),
        _split(
            "extremes are underestimated|stationarity does not hold under warming|high-resolution simulations are too costly|stations are unevenly spread"
        ),
        (
            ("Fictional Conference on Climate Informatics", 4),
            ("Invented Workshop on Earth System Learning", 12),
            ("Imaginary Journal of Regional Climate", 8),
        ),
    ),
    Interest(
        "human-robot interaction",
        "Social and Assistive Robotics",
        _HUMAN,
        _split(
            "social robots|shared autonomy|trust in automation|robot learning from demonstration|intention recognition|collaborative assembly|explainable robots|gaze and gesture|assistive robotics|proxemics"
        ),
        _split(
            "object handover|collaborative assembly|robot-assisted feeding|intention recognition|social navigation|tutoring children with robots|learning from demonstration"
        ),
        _split(
            "a shared autonomy controller|preference learning from corrections|gaze-based intent prediction|legible motion planning|verbal explanations on demand|a field study with older adults"
        ),
        _split(
            "care homes|small workshops|crowded corridors|novice users|mixed human-robot teams|long-term deployments"
        ),
        _split(
            "people change their minds mid-task|trust is lost after a single error|laboratory findings fade in long deployments|consent is difficult in public space"
        ),
        (
            ("Fictional Conference on Robots and People", 3),
            ("Invented Symposium on Social Machines", 8),
            ("Imaginary Journal of Human-Centred Robotics", 10),
        ),
    ),
)
NAMES: tuple[str, ...] = tuple(i.name for i in INTERESTS)
PREPRINTS = -1
"""The venue number of the (fictional) preprint server."""


def venue(number: int) -> tuple[str, int, str]:
    """Name, month and kind of a venue; venues are numbered three an interest."""
    if number == PREPRINTS:
        return "Fictional Preprint Archive", 0, "repository"
    name, month = INTERESTS[number // 3].venues[number % 3]
    return name, month, "journal" if number % 3 == 2 else "conference"
