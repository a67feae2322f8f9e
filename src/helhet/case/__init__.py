"""Reading a case folder, checking it, and drawing its uncertain numbers.

In the order in which a case passes through: ``files`` (bytes), ``csvfile`` (text), ``cells`` and ``columns``
(values), ``config`` and ``shapes`` (the other files), ``check`` and ``agree`` (what they say to one another), ``read``
(all of that), ``build`` (the case), then ``draw`` and ``schedule`` (one future of it). ``found`` collects the faults.
``tables``, ``check`` and ``build`` each have a companion for what a case says about deciding (``…_deciding``).
``fit`` is for the first day; ``template`` and ``guide`` write a case to start from.
"""
