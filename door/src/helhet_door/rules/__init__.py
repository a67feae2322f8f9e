"""The rules of a branch as data: hours, holidays, ages, agreements; read, checked, signed."""
