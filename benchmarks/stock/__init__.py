"""Stock Rasa: what `rasa init` gives, with Firstline's questions and articles."""

# What it says when it has no article to give.
RESPONSES = {
    "utter_dialogue": "I answer questions about IT. What can I do for you?",
    "utter_rephrase": "Sorry, I did not get that. Could you say it in other words?",
}
