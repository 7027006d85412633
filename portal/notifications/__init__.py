"""Telling people: in the portal and by e-mail, in the reader's language, once each.

An app declares its topics (`topics.register`) and its messages (`templates/mail/<template>.{subject.txt,txt,html}`), and tells
people from its event handlers by `dispatch.notify`. Nothing is sent there: rows are written in the event's transaction,
and `tasks.send_mail` sends what waits. So neither a broker nor a mail server that is away loses a notice.
"""
